package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotTimesTest {
  private static final int DIGITS = 2;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SlotTimes.FEW - 1, SlotTimes.FEW, SlotTimes.FEW + 1, 5000})
  void shouldAddUpBucketForBucketToWhatWasRecorded(int count) {
    Random random = new Random(count);
    SlotTimes times = new SlotTimes(DIGITS);
    Histogram expected = new Histogram(DIGITS);
    Histogram sum = new Histogram(DIGITS);
    expected.recordValue(77);
    sum.recordValue(77);
    for (int i = 0; i < count; i++) {
      long micros = (long) (100 * Math.exp(3 * random.nextGaussian()));
      times.record(micros);
      expected.recordValue(Math.max(1, micros));
    }

    times.addTo(sum);
    assertThat(sum).isEqualTo(expected);
    assertThat(sum.getMaxValue()).isEqualTo(expected.getMaxValue());
    assertThat(sum.getMinValue()).isEqualTo(expected.getMinValue());

    times.addTo(sum);
    assertThat(sum.getTotalCount()).isEqualTo(1 + 2L * count);
  }
}
