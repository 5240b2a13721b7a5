package dev.echomesh.mesh;

import java.util.Arrays;

/**
 * Notices that this machine is short of CPU: probes leave later than they were due. Then there are
 * to be fewer of them, because a tester that is late measures itself. Judges the median of {@value
 * #WINDOW} probes, so that a single pause of the JVM is none.
 */
final class Slowdown {
  static final int WINDOW = 20;
  static final int MOST = 8;
  private static final long LATE_NANOS = 100_000_000;
  private static final long PUNCTUAL_NANOS = 20_000_000;

  private final long[] lags = new long[WINDOW];
  private int count;
  private int factor = 1;

  /** Takes how late a probe left; true if the factor has changed by it. */
  boolean add(long lagNanos) {
    lags[count++] = lagNanos;
    if (count < WINDOW) {
      return false;
    }
    count = 0;
    Arrays.sort(lags);
    long median = lags[WINDOW / 2];
    int before = factor;
    if (median > LATE_NANOS) {
      factor = Math.min(MOST, factor * 2);
    } else if (median < PUNCTUAL_NANOS) {
      factor = Math.max(1, factor / 2);
    }
    return factor != before;
  }

  /** By how much probing is to be slower: 1, 2, 4 or 8. */
  int factor() {
    return factor;
  }
}
