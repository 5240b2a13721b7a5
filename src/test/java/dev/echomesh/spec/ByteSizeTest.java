package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "64, 64",
    "64KiB, 65536",
    "1MiB, 1048576",
    "1GiB, 1073741824",
    "1025, 1025",
    "1536KiB, 1572864"
  })
  void shouldPrintWhatItParsed(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "KiB", "-1", "1.5KiB", "64 KiB", "64kb", "64KB", "64B", "1TiB"})
  void shouldRefuseOtherForms(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessage(text + " (expected a size such as 64, 64KiB, 1MiB or 1GiB)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8589934592GiB", "999999999999999999KiB", "9999999999999999999"})
  void shouldRefuseWhatALongCannotHold(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(InvalidValueException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE})
  void shouldRefuseNegativeNumbers(long bytes) {
    assertThatThrownBy(() -> new ByteSize(bytes)).isInstanceOf(InvalidValueException.class);
  }
}
