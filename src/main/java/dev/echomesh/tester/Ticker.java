package dev.echomesh.tester;

import java.time.Duration;
import java.util.function.LongConsumer;

/** Looks for what is overdue, many times in a timeout, and for an event loop that stood still. */
final class Ticker {
  private final ProbeLoop loop;
  private final long timer;

  Ticker(ProbeLoop loop, Duration timeout, LoopResult result, LongConsumer tick) {
    this.loop = loop;
    long millis = Math.max(1, Math.min(50, timeout.toMillis() / 10));
    long nanos = Duration.ofMillis(millis).toNanos();
    Heartbeat heartbeat = new Heartbeat(nanos, System.nanoTime());
    this.timer =
        loop.setTicker(
            millis,
            () -> {
              long now = System.nanoTime();
              long late = heartbeat.beat(now);
              result.longestStallNanos = heartbeat.longestNanos();
              // what arrived while the loop stood still must be read before it is called overdue
              if (late < nanos) {
                tick.accept(now);
              }
            });
  }

  void stop() {
    loop.cancelTicker(timer);
  }
}
