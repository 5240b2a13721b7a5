package dev.echomesh.tester;

/** Notices when an event loop, or the whole process, stood still. Not thread-safe. */
final class Heartbeat {
  private final long intervalNanos;
  private long lastNanos;
  private long longestNanos;

  Heartbeat(long intervalNanos, long nowNanos) {
    this.intervalNanos = intervalNanos;
    this.lastNanos = nowNanos;
  }

  /**
   * To be called every interval.
   *
   * @return how much later than that it was called, 0 or more
   */
  long beat(long nowNanos) {
    long late = Math.max(0, nowNanos - lastNanos - intervalNanos);
    lastNanos = nowNanos;
    longestNanos = Math.max(longestNanos, late);
    return late;
  }

  long longestNanos() {
    return longestNanos;
  }
}
