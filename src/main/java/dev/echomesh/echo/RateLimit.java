package dev.echomesh.echo;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many through per second, after a burst. A token bucket kept as the time at which it will
 * be full again: the generic cell rate algorithm (ITU-T I.371, annex A). Thread-safe.
 */
final class RateLimit {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong fullAgainNanos;

  /** A full bucket. */
  RateLimit(long nowNanos) {
    this.fullAgainNanos = new AtomicLong(nowNanos);
  }

  /**
   * Takes one if there is one; at once can be taken what comes in a second.
   *
   * @param perSecond 1 to 1,000,000; may differ from call to call
   */
  boolean take(int perSecond, long nowNanos) {
    return take(SECOND / perSecond, SECOND, nowNanos);
  }

  /**
   * Takes one if there is one.
   *
   * @param eachNanos how long one takes to come
   * @param atOnce how many can be taken after a long while without any
   */
  boolean take(long eachNanos, int atOnce, long nowNanos) {
    return take(eachNanos, eachNanos * atOnce, nowNanos);
  }

  private boolean take(long each, long burst, long nowNanos) {
    while (true) {
      long full = fullAgainNanos.get();
      long start = full - nowNanos > 0 ? full : nowNanos;
      if (start + each - nowNanos > burst) {
        return false;
      }
      if (fullAgainNanos.compareAndSet(full, start + each)) {
        return true;
      }
    }
  }
}
