package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Latency;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyRecorderTest {
  private final LatencyRecorder recorder = new LatencyRecorder();

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "499, 1",
    "1000, 1",
    "1499, 1",
    "1500, 2",
    "28000, 28",
    "1000000, 1000",
    "-5, 1"
  })
  void shouldRoundToMicrosecondsAndNeverToZero(long nanos, long micros) {
    recorder.record(nanos);

    assertThat(recorder.micros().getMinValue()).isEqualTo(micros);
    assertThat(recorder.micros().getMaxValue()).isEqualTo(micros);
  }

  @Test
  void shouldTakeMoreThanAnHourForAnHour() {
    recorder.record(TimeUnit.DAYS.toNanos(300));

    assertThat(recorder.micros().getTotalCount()).isEqualTo(1);
    assertThat(recorder.micros().getMaxValue())
        .isEqualTo(recorder.micros().highestEquivalentValue(TimeUnit.HOURS.toMicros(1)));
  }

  @Test
  void shouldKeepThreeDigits() {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      long micros = 1 + (long) Math.exp(random.nextDouble() * Math.log(3_599_000_000.0));
      LatencyRecorder one = new LatencyRecorder();
      one.record(micros * 1000);
      assertThat((double) one.micros().getMaxValue()).isBetween(micros * 0.999, micros * 1.001);
    }
  }

  @Test
  void shouldMergeExactly() {
    Random random = new Random(6);
    LatencyRecorder sum = new LatencyRecorder();
    for (int part = 0; part < 5; part++) {
      LatencyRecorder other = new LatencyRecorder();
      for (int i = 0; i < 10_000; i++) {
        long nanos = random.nextInt(100_000_000);
        other.record(nanos);
        recorder.record(nanos);
      }
      sum.add(other);
    }

    assertThat(sum.micros()).isEqualTo(recorder.micros());
  }

  @Test
  void shouldComeBackWholeFromItsReport() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      recorder.record(random.nextInt(100_000_000));
    }
    Latency latency = Objects.requireNonNull(Latency.of(recorder.micros()));
    Histogram read = latency.toHistogram();

    assertThat(read.getTotalCount()).isEqualTo(10_000);
    assertThat(latency.count()).isEqualTo(10_000);
    assertThat(read.getValueAtPercentile(99)).isEqualTo((long) latency.p99Micros());
    assertThat(
            new double[] {
              latency.minMicros(),
              latency.p50Micros(),
              latency.p90Micros(),
              latency.p99Micros(),
              latency.p999Micros(),
              latency.maxMicros()
            })
        .isSorted();
  }

  @Test
  void shouldBeAbsentWithoutASample() {
    assertThat(Latency.of(recorder.micros())).isNull();
  }
}
