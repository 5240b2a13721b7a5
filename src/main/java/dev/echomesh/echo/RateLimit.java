package dev.echomesh.echo;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many through per second, after a burst of one second's. A token bucket kept as the time
 * at which it will be full again: the generic cell rate algorithm (ITU-T I.371, annex A).
 * Thread-safe.
 */
final class RateLimit {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong fullAgainNanos;

  /** A full bucket. */
  RateLimit(long nowNanos) {
    this.fullAgainNanos = new AtomicLong(nowNanos);
  }

  /**
   * Takes one if there is one.
   *
   * @param perSecond 1 to 1,000,000; may differ from call to call
   */
  boolean take(int perSecond, long nowNanos) {
    long each = SECOND / perSecond;
    while (true) {
      long full = fullAgainNanos.get();
      long start = full - nowNanos > 0 ? full : nowNanos;
      if (start + each - nowNanos > SECOND) {
        return false;
      }
      if (fullAgainNanos.compareAndSet(full, start + each)) {
        return true;
      }
    }
  }
}
