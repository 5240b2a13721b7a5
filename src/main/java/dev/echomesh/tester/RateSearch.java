package dev.echomesh.tester;

import java.util.OptionalDouble;

/**
 * Searches the highest rate that passes: doubles until a rate fails, halves while none has passed,
 * then bisects. In the spirit of the throughput test of RFC 2544 §26.1. Knows nothing of how a rate
 * is tried.
 */
final class RateSearch {
  /** How close the rate that passed and the one that failed are in the end. */
  static final double RESOLUTION_PERCENT = 5;

  private static final double LOWEST = 1;

  private final double highest;
  private double passed;
  private double failed = Double.POSITIVE_INFINITY;
  private double next;

  /**
   * A search that has not begun.
   *
   * @param highest rate that may be tried
   */
  RateSearch(double firstRate, double highest) {
    this.next = firstRate;
    this.highest = highest;
  }

  /** The rate to try, per second; empty when the search is over. */
  OptionalDouble next() {
    boolean close = passed > 0 && failed / passed <= 1 + RESOLUTION_PERCENT / 100;
    return close || next < LOWEST || passed >= highest
        ? OptionalDouble.empty()
        : OptionalDouble.of(next);
  }

  /** How the rate did that {@link #next} gave. */
  void tried(boolean hasPassed) {
    if (hasPassed) {
      passed = next;
    } else {
      failed = next;
    }
    if (passed == 0) {
      next = failed / 2;
    } else {
      next =
          failed == Double.POSITIVE_INFINITY
              ? Math.min(passed * 2, highest)
              : (passed + failed) / 2;
    }
  }

  /** The highest rate that passed; empty if none did. */
  OptionalDouble best() {
    return passed == 0 ? OptionalDouble.empty() : OptionalDouble.of(passed);
  }
}
