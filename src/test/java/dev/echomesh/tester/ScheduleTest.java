package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.echomesh.spec.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final int DRAWS = 100_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 3, 1000, 7777.7, 1e6, 1e8})
  void shouldNotDriftInTenMillionFrames(double rate) {
    Schedule schedule = Schedule.constant(Rate.constant(rate));

    assertThat(schedule.dueNanos(0)).isZero();
    for (long index : new long[] {1, 2, 3, 1000, 9_999_999, 10_000_000}) {
      assertThat((double) schedule.dueNanos(index)).isCloseTo(index * 1e9 / rate, within(1.0));
    }
  }

  @Test
  void shouldBeExactWhereTheRateDividesASecond() {
    Schedule schedule = Schedule.constant(Rate.constant(1000));

    for (long index = 0; index < 10_000; index++) {
      assertThat(schedule.dueNanos(index)).isEqualTo(index * 1_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 1000, 10", "1000, 100, 10", "1, 50000, 2", "50000, 1, 2", "0.5, 2, 100"})
  void shouldHaveTheIntegralOfARampDueAtEveryTime(double from, double to, int seconds) {
    Schedule schedule =
        Schedule.constant(new Rate(from, to, java.time.Duration.ofSeconds(seconds)));
    double inRamp = (from + to) / 2 * seconds;

    assertThat(schedule.dueNanos(0)).isZero();
    long step = Math.max(1, (long) (inRamp / 1000));
    for (long index = 0; index < 2 * inRamp; index += step) {
      double t = schedule.dueNanos(index) / 1e9;
      double due =
          t <= seconds ? from * t + (to - from) / seconds * t * t / 2 : inRamp + (t - seconds) * to;
      // times are whole nanoseconds
      assertThat(due).isCloseTo((double) index, within(1e-3));
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 10000, 1s", "10000, 100, 1s", "1000, 0.001, 100ms", "0.001, 1000, 100ms"})
  void shouldNeverGoBack(double from, double to, String ramp) {
    Schedule schedule =
        Schedule.constant(new Rate(from, to, dev.echomesh.spec.Durations.parse(ramp)));

    long last = 0;
    for (long index = 0; index < 20_000; index++) {
      long due = schedule.dueNanos(index);
      assertThat(due).as("frame %d", index).isGreaterThanOrEqualTo(last);
      last = due;
    }
  }

  @Test
  void shouldTakeARampBetweenEqualRatesForNone() {
    Schedule ramp = Schedule.constant(Rate.parse("10..10/5s"));

    assertThat(ramp.dueNanos(7)).isEqualTo(700_000_000);
    assertThat(ramp.dueNanos(70)).isEqualTo(7_000_000_000L);
  }

  @Test
  void shouldRepeatArrivalsOfTheSameSeed() {
    Schedule one = poisson(1);
    Schedule again = poisson(1);
    Schedule other = poisson(2);
    int same = 0;
    for (long index = 0; index < 1000; index++) {
      long due = one.dueNanos(index);
      assertThat(again.dueNanos(index)).isEqualTo(due);
      assertThat(again.dueNanos(index)).as("asked twice").isEqualTo(due);
      same += other.dueNanos(index) == due ? 1 : 0;
    }
    assertThat(same).isLessThan(10);
  }

  /**
   * The gaps of a Poisson process of 1000 per second have mean and standard deviation 1 ms; over
   * 100,000 draws their errors are about 0.3 % and 0.5 %, and one gap in e is longer than the mean.
   */
  @Test
  void shouldSpreadArrivalsAsAPoissonProcessDoes() {
    Schedule schedule = poisson(42);
    double sum = 0;
    double squares = 0;
    int longer = 0;
    long last = 0;
    for (long index = 0; index < DRAWS; index++) {
      long due = schedule.dueNanos(index);
      double gap = (due - last) / 1e6;
      assertThat(gap).isNotNegative();
      sum += gap;
      squares += gap * gap;
      longer += gap > 1 ? 1 : 0;
      last = due;
    }
    double mean = sum / DRAWS;
    assertThat(mean).isCloseTo(1, within(0.02));
    assertThat(squares / DRAWS - mean * mean).isCloseTo(1, within(0.05));
    assertThat(longer / (double) DRAWS).isCloseTo(Math.exp(-1), within(0.01));
  }

  @Test
  void shouldPutArrivalsOnTheTimeScaleOfARamp() {
    Schedule ramp = Schedule.constant(Rate.parse("100..1900/100s"));
    Schedule schedule = Schedule.poisson(ramp, 3);

    // 100,000 arrivals are expected in the ramp, give or take √100,000 ≈ 316
    assertThat(schedule.dueNanos(99_999) / 1e9).isCloseTo(100, within(1.0));
  }

  private static Schedule poisson(long seed) {
    return Schedule.poisson(Schedule.constant(Rate.constant(1000)), seed);
  }
}
