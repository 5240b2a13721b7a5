package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final String ONE = "0123456789abcdef";
  private static final String OTHER = "fedcba9876543210-._~+/==";

  @Test
  void shouldKnowEveryTokenOfItsText() {
    Tokens tokens = Tokens.parse("# of the operators\n\n  " + ONE + "\r\n" + OTHER + "\n");

    assertThat(tokens.include(ONE)).isTrue();
    assertThat(tokens.include(OTHER)).isTrue();
    assertThat(tokens.include("")).isFalse();
    assertThat(tokens.include(null)).isFalse();
    assertThat(tokens.include(ONE + "0")).isFalse();
    assertThat(tokens.include(ONE.substring(1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n# none\n", "tooshort", "with a space inside it", "0123456789abcdeü"})
  void shouldRefuseWhatHoldsNoTokensAndNotRepeatIt(String text) {
    assertThatThrownBy(() -> Tokens.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one a line, of 16 to 512")
        .message()
        .doesNotContain("tooshort", "inside", "0123");
  }

  @Test
  void shouldMakeTokensThatItTakesAndThatDiffer() {
    String made = Tokens.random();

    assertThat(Tokens.parse(made).include(made)).isTrue();
    assertThat(made).hasSizeGreaterThan(40).isNotEqualTo(Tokens.random());
  }

  @Test
  void shouldTellRenewedTokensFromTheSame() {
    Tokens tokens = Tokens.parse(ONE);

    assertThat(tokens.isSame(Tokens.parse("# a comment\n" + ONE))).isTrue();
    assertThat(tokens.isSame(Tokens.parse(OTHER))).isFalse();
    assertThat(tokens.isSame(Tokens.parse(ONE + "\n" + OTHER))).isFalse();
  }
}
