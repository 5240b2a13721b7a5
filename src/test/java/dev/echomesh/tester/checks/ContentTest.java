package dev.echomesh.tester.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class ContentTest {
  @Test
  void shouldHaveEveryByteValue() {
    BitSet values = new BitSet();
    for (byte value : Content.ALL_VALUES.bytes(0, 256)) {
      values.set(value & 0xff);
    }

    assertThat(values.cardinality()).isEqualTo(256);
  }

  @Test
  void shouldNotBeCompressible() {
    assertThat(deflated(Content.incompressible(3).bytes(0, 100_000))).isGreaterThan(99_000);
  }

  @Test
  void shouldHaveRunsThatCompressToNothing() {
    assertThat(deflated(Content.LONG_RUNS.bytes(0, 1 << 20))).isLessThan(5_000);
    assertThat(Content.LONG_RUNS.at(65_536)).isEqualTo(Content.LONG_RUNS.at(0));
    assertThat(Content.LONG_RUNS.at(65_537)).isNotEqualTo(Content.LONG_RUNS.at(0));
  }

  @Test
  void shouldBeTheSameFromEveryOffset() {
    Content content = Content.incompressible(9);

    assertThat(content.bytes(13, 50))
        .containsExactly(java.util.Arrays.copyOfRange(content.bytes(0, 63), 13, 63));
    assertThat(content.bytes(0, 64)).isNotEqualTo(Content.incompressible(10).bytes(0, 64));
  }

  private static int deflated(byte[] bytes) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    int length = deflater.deflate(new byte[bytes.length * 2]);
    deflater.end();
    return length;
  }
}
