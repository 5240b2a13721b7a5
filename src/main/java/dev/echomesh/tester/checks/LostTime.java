package dev.echomesh.tester.checks;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the event loop of the checker was kept from running: time in which a server can have
 * answered and nobody looked, so that it says nothing against it. Event loop only.
 */
final class LostTime {
  /** How often {@link #beat} is to be called. */
  static final long BEAT_MILLIS = 20;

  /** Between two beats, and no sign that anything is wrong. */
  private static final long USUAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LongSupplier nanoClock;
  private long lastNanos;
  private long lostNanos;

  LostTime(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.lastNanos = nanoClock.getAsLong();
  }

  void beat() {
    long now = nanoClock.getAsLong();
    lostNanos += lost(now);
    lastNanos = now;
  }

  /** Nanoseconds that were lost since it was made. */
  long lostNanos() {
    return lostNanos + lost(nanoClock.getAsLong());
  }

  private long lost(long now) {
    return Math.max(0, now - lastNanos - USUAL_NANOS);
  }
}
