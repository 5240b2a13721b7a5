package dev.echomesh.tester.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
  private static final Content CONTENT = Content.incompressible(1);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 64, 1000})
  void shouldTakeTheSameBytesHoweverTheyAreCut(int piece) {
    Comparison comparison = new Comparison(CONTENT);

    for (int at = 0; at < 1000; at += piece) {
      comparison.accept(CONTENT.bytes(at, Math.min(piece, 1000 - at)), 1000);
    }

    assertThat(comparison.first()).isNull();
    assertThat(comparison.offset()).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 17, 99, 100, 999})
  void shouldNameTheFirstWrongByteAndNoLaterOne(int wrong) {
    byte[] bytes = CONTENT.bytes(0, 1000);
    bytes[wrong] ^= 1;
    bytes[999] ^= 4;
    Comparison comparison = new Comparison(CONTENT);

    comparison.accept(java.util.Arrays.copyOf(bytes, 100), 1000);
    comparison.accept(java.util.Arrays.copyOfRange(bytes, 100, 1000), 1000);

    Comparison.Difference first = Objects.requireNonNull(comparison.first());
    assertThat(first.offset()).isEqualTo(wrong);
    assertThat(first.text())
        .isEqualTo(
            "byte %,d is 0x%02x, expected 0x%02x"
                .formatted(wrong, bytes[wrong], CONTENT.at(wrong)));
  }

  @Test
  void shouldCountWhatWasNeverSentInsteadOfComparingIt() {
    Comparison comparison = new Comparison(CONTENT);

    comparison.accept(new byte[] {CONTENT.at(0), (byte) ~CONTENT.at(1)}, 1);

    assertThat(comparison.first()).isNull();
    assertThat(comparison.offset()).isEqualTo(2);
  }
}
