package dev.echomesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void shouldDoubleFromFiftyMicrosecondsAndKnowWhenLinuxSendsASynAgain() {
    ClassicHistogramBuckets buckets = new Buckets().snapshot().getClassicBuckets();

    assertThat(buckets.stream().map(bucket -> bucket.getUpperBound()))
        .isSorted()
        .startsWith(50e-6, 100e-6, 200e-6)
        .contains(1.0, 3.0, 7.0, 15.0, 31.0, 63.0)
        .endsWith(Double.POSITIVE_INFINITY);
  }

  @Test
  void shouldCountEveryTimeWhereItBelongs() {
    Histogram micros = new Histogram(3);
    micros.recordValueWithCount(50, 3);
    micros.recordValue(51);
    micros.recordValue(1_000_000);
    micros.recordValue(100_000_000);
    Buckets counted = new Buckets();
    counted.add(micros);

    ClassicHistogramBuckets buckets = counted.snapshot().getClassicBuckets();
    assertThat(count(buckets, 50e-6)).isEqualTo(3);
    assertThat(count(buckets, 100e-6)).isEqualTo(1);
    assertThat(count(buckets, 1.0)).isEqualTo(1);
    assertThat(count(buckets, Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(counted.snapshot().getCount()).isEqualTo(6);
    assertThat(counted.snapshot().getSum()).isBetween(100.9, 101.1);
  }

  private static long count(ClassicHistogramBuckets buckets, double bound) {
    return buckets.stream()
        .filter(bucket -> bucket.getUpperBound() == bound)
        .mapToLong(bucket -> bucket.getCount())
        .sum();
  }
}
