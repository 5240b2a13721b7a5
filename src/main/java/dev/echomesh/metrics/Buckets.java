package dev.echomesh.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * How many times took how long, since the node's start. Bounds are 50 µs times powers of two; and
 * the times after which Linux sends a SYN again (RFC 6298: 1 s, then twice as long each time), so
 * that a connection that needed n of them falls into a bucket of its own. Not thread-safe.
 */
final class Buckets {
  private static final int POWERS = 18;
  private static final double[] SYN_AGAIN = {1, 3, 7, 15, 31, 63, Double.POSITIVE_INFINITY};
  private static final double[] BOUNDS = bounds();

  private final long[] counts = new long[BOUNDS.length];
  private double sumSeconds;

  private static double[] bounds() {
    double[] bounds = Arrays.copyOf(SYN_AGAIN, SYN_AGAIN.length + POWERS);
    for (int n = 0; n < POWERS; n++) {
      bounds[SYN_AGAIN.length + n] = 50e-6 * (1L << n);
    }
    Arrays.sort(bounds);
    return bounds;
  }

  /** Adds a histogram of microseconds. */
  void add(Histogram micros) {
    micros
        .recordedValues()
        .forEach(
            recorded -> {
              long value = micros.lowestEquivalentValue(recorded.getValueIteratedTo());
              add(value / 1e6, recorded.getCountAddedInThisIterationStep());
            });
  }

  void add(double seconds, long times) {
    int found = Arrays.binarySearch(BOUNDS, seconds);
    counts[found >= 0 ? found : -found - 1] += times;
    sumSeconds += seconds * times;
  }

  HistogramDataPointSnapshot snapshot() {
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, counts))
        .sum(sumSeconds)
        .build();
  }
}
