package dev.echomesh.tester.checks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
   * @param expected what it should be, 0 to 255
   * @param seen it and some that followed
   */
  record Difference(long offset, int expected, List<Integer> seen) {
    /** {@code byte 17 is 0x5b, expected 0x5a}. */
    String text() {
      return "byte %,d is 0x%02x, expected 0x%02x".formatted(offset, seen.get(0), expected);
    }
  }

  /**
   * Compares what came next.
   *
   * @param sent bytes sent so far; what goes beyond them is only counted
   */
  void accept(byte[] received, long sent) {
    byte[] bytes =
        Arrays.copyOf(received, (int) Math.max(0, Math.min(received.length, sent - offset)));
    if (first == null) {
      int at = Arrays.mismatch(bytes, content.bytes(offset, bytes.length));
      if (at >= 0) {
        first =
            new Difference(
                offset + at,
                content.at(offset + at) & 0xff,
                IntStream.range(at, Math.min(bytes.length, at + SEEN))
                    .mapToObj(i -> bytes[i] & 0xff)
                    .toList());
      }
    }
    offset += received.length;
  }

  /** Bytes received, surplus ones included. */
  long offset() {
    return offset;
  }

  /** Null as long as all are as they were sent. */
  @Nullable Difference first() {
    return first;
  }
}
