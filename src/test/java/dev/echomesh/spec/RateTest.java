package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
  @ParameterizedTest
  @CsvSource({
    "1000, 1000",
    "1, 1",
    "0.001, 0.001",
    "0.5, 0.5",
    "50k, 50000",
    "1.5M, 1500000",
    "1.005k, 1005",
    "0.000001k, 0.001",
    "100M, 100000000",
    "100000000, 100000000"
  })
  void shouldReadOneRate(String text, double perSecond) {
    Rate rate = Rate.parse(text);

    assertThat(rate).isEqualTo(Rate.constant(perSecond));
    assertThat(rate.ramp()).isNull();
    assertThat(Rate.parse(rate.toString())).isEqualTo(rate);
  }

  @Test
  void shouldReadRampsUpAndDown() {
    assertThat(Rate.parse("1k..50k/30s")).isEqualTo(new Rate(1000, 50_000, Duration.ofSeconds(30)));
    assertThat(Rate.parse("2.5..0.5/250ms"))
        .isEqualTo(new Rate(2.5, 0.5, Duration.ofMillis(250)))
        .hasToString("2.5..0.5/250ms");
    assertThat(Rate.parse("7..7/1m").ramp()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "fast",
        "-1",
        "+1",
        "0",
        "0.0009",
        "100000001",
        "101M",
        "1e3",
        "1K",
        "1 k",
        "1000/s",
        ".5",
        "5.",
        "1,000",
        "NaN",
        "Infinity",
        "1..",
        "..2/1s",
        "1..2",
        "1../1s",
        "1..2/",
        "1..2/0s",
        "1..2/1",
        "1..2..3/1s",
        "1..0/1s",
        "1...2/1s",
        "1/1s",
        "9999999999999"
      })
  void shouldRefuseEverythingElse(String text) {
    assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(InvalidValueException.class);
  }
}
