package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HitRateTest {
  @ParameterizedTest
  @CsvSource({
    "1/1, 1, 0",
    "1/100, 100, 0",
    "0.01, 0, 0.01",
    "1, 0, 1",
    "1%, 0, 0.01",
    "2.5%, 0, 0.025"
  })
  void shouldReadEachNthAndProbabilities(String text, int every, double probability) {
    HitRate rate = HitRate.parse(text);

    assertThat(rate).isEqualTo(new HitRate(every, probability));
    assertThat(HitRate.parse(rate.toString())).isEqualTo(rate);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0%",
        "0.0",
        "1/0",
        "2/3",
        "1.1",
        "101%",
        "-1",
        "1/",
        "x",
        "1/9999999999"
      })
  void shouldRefuseWhatIsNeither(String text) {
    assertThatThrownBy(() -> HitRate.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("(expected each n-th such as 1/100, or a probability");
  }

  @Test
  void shouldHitEachNthWhateverIsDrawn() {
    HitRate third = HitRate.parse("1/3");

    assertThat(LongStream.range(0, 9).filter(i -> third.hits(i, 0.99)).boxed())
        .containsExactly(2L, 5L, 8L);
  }

  @Test
  void shouldHitBelowTheProbability() {
    HitRate tenth = HitRate.parse("10%");

    assertThat(tenth.hits(0, 0.0999)).isTrue();
    assertThat(tenth.hits(0, 0.1)).isFalse();
  }
}
