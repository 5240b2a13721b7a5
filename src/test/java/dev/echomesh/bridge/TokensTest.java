package dev.echomesh.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final String ONE = "0123456789abcdef";
  private static final String OTHER = "fedcba9876543210";

  @Test
  void shouldIncludeEachLineAndNothingElse() {
    Tokens tokens = Tokens.parse("# for CI\n" + ONE + "\n\n  " + OTHER + " \n");

    assertThat(tokens.include(ONE)).isTrue();
    assertThat(tokens.include(OTHER)).isTrue();
    assertThat(tokens.include(ONE + "x")).isFalse();
    assertThat(tokens.include("# for CI")).isFalse();
    assertThat(tokens.include("")).isFalse();
    assertThat(tokens.include(null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing", "short", ONE + "\nshort"})
  void shouldRefuseATextWithoutTokensOrWithAShortOneAndNotQuoteIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tokens.parse(text))
        .withMessage("holds no tokens (expected one a line, of 16 or more characters)");
  }

  @Test
  void shouldTellRenewedTokensFromTheSame() {
    Tokens tokens = Tokens.parse(ONE);

    assertThat(tokens.isSame(Tokens.parse("# a comment\n" + ONE))).isTrue();
    assertThat(tokens.isSame(Tokens.parse(OTHER))).isFalse();
    assertThat(tokens.isSame(Tokens.parse(ONE + "\n" + OTHER))).isFalse();
  }
}
