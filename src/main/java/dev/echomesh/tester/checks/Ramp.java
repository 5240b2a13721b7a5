package dev.echomesh.tester.checks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Makes many connections that are then there at once, a few at a time: the handshake of each is to
 * be served in its own time, not after those of a thousand others. Event loop only.
 */
final class Ramp {
  private static final int UNDER_WAY = 32;

  private final int count;
  private final IntFunction<Future<EchoStream>> open;
  private final List<Future<EchoStream>> opening = new ArrayList<>();
  private final Promise<Void> done = Promise.promise();
  private int opened;

  /**
   * None is made yet.
   *
   * @param open makes the connection of a number from 0
   */
  Ramp(int count, IntFunction<Future<EchoStream>> open) {
    this.count = count;
    this.open = open;
  }

  /** By number; fails with the first failure, after which no further one is begun. */
  Future<List<EchoStream>> run() {
    more();
    return done.future().map(all -> opening.stream().map(Future::result).toList());
  }

  private void more() {
    while (opening.size() < count && opening.size() - opened < UNDER_WAY && !isDone()) {
      Future<EchoStream> next = open.apply(opening.size());
      opening.add(next);
      next.onComplete(
          stream -> {
            opened++;
            if (stream.failed()) {
              done.tryFail(stream.cause());
            } else if (opened == count) {
              done.tryComplete();
            } else {
              more();
            }
          });
    }
  }

  private boolean isDone() {
    return done.future().isComplete();
  }
}
