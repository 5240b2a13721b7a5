package dev.echomesh.tester.checks;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Compares what comes back with what was sent, byte for byte. Not thread-safe. */
final class Comparison {
  private static final int SEEN = 16;

  private final Content content;
  private long offset;
  private @Nullable Difference first;

  Comparison(Content content) {
    this.content = content;
  }

  /**
   * The first byte that is not as it was sent.
   *
   * @param offset from the beginning of the connection
   * @param seen it and some that followed
   */
  record Difference(long offset, byte expected, byte[] seen) {
    /** {@code byte 17 is 0x5b, expected 0x5a}. */
    String text() {
      return "byte %,d is 0x%02x, expected 0x%02x".formatted(offset, seen[0], expected);
    }
  }

  void accept(byte[] bytes) {
    if (first == null) {
      int at = Arrays.mismatch(bytes, content.bytes(offset, bytes.length));
      if (at >= 0) {
        first =
            new Difference(
                offset + at,
                content.at(offset + at),
                Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + SEEN)));
      }
    }
    offset += bytes.length;
  }

  /** Bytes compared. */
  long offset() {
    return offset;
  }

  /** Null as long as all are as they were sent. */
  @Nullable Difference first() {
    return first;
  }
}
