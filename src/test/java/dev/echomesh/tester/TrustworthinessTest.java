package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustworthinessTest {
  @Test
  void shouldTrustARunOfNothing() {
    assertThat(Trustworthiness.of(new LoopResult()).ok()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, true", "199, true", "200, true", "201, false", "5000, false"})
  void shouldNotTrustATesterThatStoodStill(long millis, boolean trusted) {
    LoopResult result = new LoopResult();
    result.longestStallNanos = TimeUnit.MILLISECONDS.toNanos(millis);

    assertThat(Trustworthiness.of(result).ok()).isEqualTo(trusted);
    assertThat(Trustworthiness.of(result).reasons())
        .allSatisfy(reason -> assertThat(reason).contains("stood still for " + millis + " ms"));
    assertThat(Trustworthiness.of(result).reasons()).hasSize(trusted ? 0 : 1);
  }

  /** Beyond a tenth of the round trip and 1 ms. */
  @ParameterizedTest
  @CsvSource({
    "500, 600, true",
    "900, 100, true",
    "1100, 2000, false",
    "1100, 20000, true",
    "5000, 40000, false",
    "5000, 60000, true"
  })
  void shouldNotTrustWhenLagIsALargePartOfTheRoundTrip(
      long lagMicros, long rttMicros, boolean trusted) {
    LoopResult result = new LoopResult();
    for (int i = 0; i < 100; i++) {
      result.lag.record(TimeUnit.MICROSECONDS.toNanos(lagMicros));
      result.rtt.record(TimeUnit.MICROSECONDS.toNanos(rttMicros));
    }

    assertThat(Trustworthiness.of(result).ok()).isEqualTo(trusted);
  }

  @Test
  void shouldNotCareHowLongSocketsWereBlocked() {
    LoopResult result = new LoopResult();
    result.blocked.record(TimeUnit.SECONDS.toNanos(10));
    result.rtt.record(TimeUnit.SECONDS.toNanos(10));

    assertThat(Trustworthiness.of(result).ok()).isTrue();
  }
}
