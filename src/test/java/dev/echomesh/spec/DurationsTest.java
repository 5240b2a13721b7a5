package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "10s, PT10S",
    "5m, PT5M",
    "1h, PT1H",
    "0s, PT0S",
    "90s, PT90S",
    "36h, PT36H",
    "1500ms, PT1.5S"
  })
  void shouldPrintWhatItParsed(String text, Duration duration) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.print(duration)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"60s, 1m", "0ms, 0s", "1000ms, 1s", "60m, 1h"})
  void shouldPrintTheLargestUnitWithoutFraction(String text, String printed) {
    assertThat(Durations.print(Durations.parse(text))).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "10", "s", "-1s", "+1s", "1.5s", "1 s", "10S", "1d", "1us", "1s ", "1h1m", "١s"
      })
  void shouldRefuseOtherForms(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessage(text + " (expected a duration such as 250ms, 10s, 5m or 1h)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999999999999999h", "99999999999999999999ms", "2562048h"})
  void shouldRefuseWhatNanosecondsCannotHold(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(InvalidValueException.class);
  }

  @Test
  void shouldParseTheLongestDuration() {
    assertThat(Durations.parse("2562047h")).isEqualTo(Duration.ofHours(2_562_047));
  }
}
