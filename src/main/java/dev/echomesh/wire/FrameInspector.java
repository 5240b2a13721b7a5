package dev.echomesh.wire;

import io.vertx.core.buffer.Buffer;

/** Tells what a record that came back on a connection is. Immutable. */
public final class FrameInspector {
  private final FramePattern pattern;
  private final int connection;

  public FrameInspector(FramePattern pattern, int connection) {
    this.pattern = pattern;
    this.connection = connection;
  }

  /** What a record turned out to be. */
  public sealed interface Finding permits Intact, Foreign, Corrupt {}

  /** A frame of this connection, every byte of it right. */
  public record Intact(long sequence) implements Finding {}

  /** A frame of another connection or run. */
  public record Foreign(int run, int connection, long sequence) implements Finding {}

  /**
   * Bytes that no frame has.
   *
   * @param sequence of the frame that this was, as far as one can tell
   * @param offset of the first wrong byte
   * @param got that byte, 0 to 255
   * @param expected the right one
   * @param aligned whether the record begins and ends where a frame does
   */
  public record Corrupt(long sequence, int offset, int got, int expected, boolean aligned)
      implements Finding {}

  /**
   * Compares the record with what was sent.
   *
   * @param record of the pattern's length
   * @param expected sequence of the frame whose turn it is
   */
  public Finding inspect(Buffer record, long expected) {
    int difference = pattern.firstDifference(record, connection, expected);
    if (difference < 0) {
      return new Intact(expected);
    }
    boolean framed =
        record.getInt(0) == FramePattern.MAGIC && record.getInt(12) == pattern.length();
    int run = record.getInt(4);
    int from = record.getInt(8);
    long sequence = record.getLong(16);
    if (framed && run == pattern.run()) {
      int own = pattern.firstDifference(record, from, sequence);
      if (own < 0) {
        return from == connection ? new Intact(sequence) : new Foreign(run, from, sequence);
      }
      if (from == connection && !hasPayloadOf(record, expected)) {
        return corrupt(record, sequence, own, true);
      }
    }
    if (framed && run != pattern.run() && !hasPayloadOf(record, expected)) {
      return new Foreign(run, from, sequence);
    }
    return corrupt(record, expected, difference, framed || endsLike(record, expected));
  }

  private Corrupt corrupt(Buffer record, long sequence, int offset, boolean aligned) {
    return new Corrupt(
        sequence,
        offset,
        record.getByte(offset) & 0xff,
        pattern.byteAt(offset, connection, sequence),
        aligned);
  }

  private boolean hasPayloadOf(Buffer record, long sequence) {
    return pattern.firstDifferenceInPayload(record, connection, sequence) < 0;
  }

  private boolean endsLike(Buffer record, long sequence) {
    for (int i = pattern.length() - 8; i < pattern.length(); i++) {
      if ((record.getByte(i) & 0xff) != pattern.byteAt(i, connection, sequence)) {
        return false;
      }
    }
    return true;
  }
}
