package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.spec.Faults;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenessTest {
  private static final long MILLI = 1_000_000;
  private static final long BEGIN = -50 * MILLI; // a clock that wraps is as good as any

  @Test
  void shouldBeOnTimeWithoutAFault() {
    Lateness lateness = lateness(Map.of());

    assertThat(lateness.next(BEGIN + 3, 100)).isEqualTo(BEGIN + 3);
    assertThat(lateness.next(BEGIN + 5, 100)).isEqualTo(BEGIN + 5);
  }

  @Test
  void shouldBeLateByTheDelay() {
    Lateness lateness = lateness(Map.of("delay", "20ms"));

    assertThat(lateness.next(BEGIN, 1)).isEqualTo(BEGIN + 20 * MILLI);
    assertThat(lateness.next(BEGIN + MILLI, 1)).isEqualTo(BEGIN + 21 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(strings = {"uniform", "normal", "exponential"})
  void shouldSpreadTheDelayAndKeepTheOrder(String distribution) {
    Lateness lateness =
        lateness(Map.of("delay", "20ms", "jitter", "10ms", "distribution", distribution));
    long last = BEGIN;
    double sum = 0;
    boolean varies = false;
    int count = 2000;
    for (int i = 0; i < count; i++) {
      long now = BEGIN + i * 100L * MILLI;
      long at = lateness.next(now, 1);
      assertThat(at).isGreaterThanOrEqualTo(last).isGreaterThanOrEqualTo(now);
      if (distribution.equals("uniform")) {
        assertThat(at - now).isBetween(10 * MILLI, 30 * MILLI);
      }
      varies |= at - now != 20 * MILLI;
      sum += at - now;
      last = at;
    }

    double expected = distribution.equals("exponential") ? 30 * MILLI : 20 * MILLI;
    assertThat(sum / count).isBetween(expected * 0.95, expected * 1.05);
    assertThat(varies).isTrue();
  }

  @Test
  void shouldTakeAsLongAsTheBandwidthSays() {
    Lateness lateness = lateness(Map.of("bandwidth", 1000));

    assertThat(lateness.next(BEGIN, 10)).isEqualTo(BEGIN + 10 * MILLI);
    assertThat(lateness.next(BEGIN, 5)).isEqualTo(BEGIN + 15 * MILLI);
    assertThat(lateness.next(BEGIN + 40 * MILLI, 1)).isEqualTo(BEGIN + 41 * MILLI);
  }

  @Test
  void shouldSayNothingInAStall() {
    Lateness lateness = lateness(Map.of("stallEvery", "100ms", "stallFor", "30ms"));

    assertThat(lateness.next(BEGIN + 10 * MILLI, 1)).isEqualTo(BEGIN + 10 * MILLI);
    assertThat(lateness.next(BEGIN + 99 * MILLI, 1)).isEqualTo(BEGIN + 99 * MILLI);
    assertThat(lateness.next(BEGIN + 100 * MILLI, 1)).isEqualTo(BEGIN + 130 * MILLI);
    assertThat(lateness.next(BEGIN + 129 * MILLI, 1)).isEqualTo(BEGIN + 130 * MILLI);
    assertThat(lateness.next(BEGIN + 131 * MILLI, 1)).isEqualTo(BEGIN + 131 * MILLI);
    assertThat(lateness.next(BEGIN + 215 * MILLI, 1)).isEqualTo(BEGIN + 230 * MILLI);
  }

  private static Lateness lateness(Map<String, ?> faults) {
    return new Lateness(Faults.of(faults), 0, BEGIN);
  }
}
