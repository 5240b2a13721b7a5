package dev.echomesh.mesh;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Does something once, at the soonest of the times asked for. To be used on one event loop. */
final class Alarm {
  private final Vertx vertx;
  private final Runnable action;
  private @Nullable Long timer;
  private long at;

  Alarm(Vertx vertx, Runnable action) {
    this.vertx = vertx;
    this.action = action;
  }

  void in(Duration delay) {
    long wanted = System.nanoTime() + delay.toNanos();
    if (timer != null && at - wanted <= 0) {
      return;
    }
    cancel();
    at = wanted;
    timer =
        vertx.setTimer(
            Math.max(1, delay.toMillis()),
            id -> {
              timer = null;
              action.run();
            });
  }

  void cancel() {
    if (timer != null) {
      vertx.cancelTimer(timer);
      timer = null;
    }
  }
}
