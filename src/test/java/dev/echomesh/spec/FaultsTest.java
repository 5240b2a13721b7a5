package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultsTest {
  @Test
  void shouldBeHealthyWithoutAWord() {
    assertThat(Faults.of(Map.of()).isNone()).isTrue();
    assertThat(Faults.NONE.toMap()).isEmpty();
    assertThat(Faults.NONE.countsFrames()).isFalse();
  }

  @Test
  void shouldReadEveryKeyAndSayTheSameAgain() {
    Map<String, Object> all =
        Map.ofEntries(
            Map.entry("seed", 7),
            Map.entry("frameLength", "1KiB"),
            Map.entry("onAccept", "stop-reading"),
            Map.entry("delay", "20ms"),
            Map.entry("jitter", "5ms"),
            Map.entry("distribution", "exponential"),
            Map.entry("bandwidth", "1MiB"),
            Map.entry("stallEvery", "1s"),
            Map.entry("stallFor", "200ms"),
            Map.entry("segment", 1),
            Map.entry("drop", "1/100"),
            Map.entry("duplicate", 0.5),
            Map.entry("swap", "1%"),
            Map.entry("corrupt", "1/3"),
            Map.entry("corruptBytes", 2),
            Map.entry("truncateAt", 10),
            Map.entry("closeAfter", 0),
            Map.entry("resetAfter", "64KiB"));

    Faults faults = Faults.of(all);

    assertThat(faults.toMap()).hasSameSizeAs(all);
    assertThat(Faults.of(faults.toMap())).isEqualTo(faults);
    assertThat(faults.delay()).isEqualTo(Duration.ofMillis(20));
    assertThat(faults.bandwidth()).isEqualTo(1 << 20);
    assertThat(faults.onAccept()).isEqualTo(Faults.OnAccept.STOP_READING);
    assertThat(faults.drop()).isEqualTo(new HitRate(100, 0));
    assertThat(faults.closeAfter()).isZero();
    assertThat(faults.toString()).contains("delay=20ms").contains("drop=1/100");
  }

  @Test
  void shouldNameTheKeyAtFault() {
    assertThatThrownBy(() -> Faults.of(Map.of("delay", "soon")))
        .isInstanceOfSatisfying(
            InvalidFieldException.class,
            e -> {
              assertThat(e.field()).isEqualTo("delay");
              assertThat(e.value()).isEqualTo("soon");
            });
    assertThatThrownBy(() -> Faults.of(Map.of("drpo", 1)))
        .hasMessageStartingWith("drpo: 1 (expected one of the keys seed, frameLength, ");
    assertThatThrownBy(() -> Faults.of(Map.of("segment", 0)))
        .hasMessage("segment: 0 (expected 1 to 1048576)");
    assertThatThrownBy(() -> Faults.of(Map.of("seed", "x")))
        .hasMessage("seed: x (expected a whole number)");
    assertThatThrownBy(() -> Faults.of(Map.of("stallEvery", "1s", "stallFor", "1s")))
        .hasMessage("stallFor: 1s (expected above 0s and less than stallEvery)");
  }
}
