package dev.echomesh.wire;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;

/** Tells what a record that came back on a connection is. Immutable. */
public final class FrameInspector {
  /** A frame that stayed longer than this with the peer was not stamped, but damaged. */
  private static final long LONGEST_RESIDENCE = TimeUnit.HOURS.toNanos(1);

  private final FramePattern pattern;
  private final int connection;

  public FrameInspector(FramePattern pattern, int connection) {
    this.pattern = pattern;
    this.connection = connection;
  }

  /** What a record turned out to be. */
  public sealed interface Finding permits Intact, Stamped, Foreign, Corrupt {}

  /** A frame of this connection, every byte of it right. */
  public record Intact(long sequence) implements Finding {}

  /**
   * A frame of this connection, every byte of it right but those that the peer may write.
   *
   * @param residenceNanos from the peer's receipt of it to its sending; 0 or more, at most an hour
   */
  public record Stamped(long sequence, long residenceNanos) implements Finding {}

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
   * @param stamped whether all that is wrong is that the peer wrote stamps, which it may not
   */
  public record Corrupt(
      long sequence, int offset, int got, int expected, boolean aligned, boolean stamped)
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
      return whole(record, expected);
    }
    boolean framed =
        record.getInt(0) == FramePattern.MAGIC && record.getInt(12) == pattern.length();
    int run = record.getInt(4);
    int from = record.getInt(8);
    long sequence = record.getLong(16);
    if (framed && run == pattern.run()) {
      int own = pattern.firstDifference(record, from, sequence);
      if (own < 0) {
        return from == connection ? whole(record, sequence) : new Foreign(run, from, sequence);
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

  /** What a frame is in which nothing differs that was compared. */
  private Finding whole(Buffer record, long sequence) {
    if (!pattern.isStamped() || pattern.isUnstamped(record, connection, sequence)) {
      return new Intact(sequence);
    }
    long residence = residence(record);
    if (residence < 0 || residence > LONGEST_RESIDENCE) {
      return corrupt(record, sequence, firstOfStamps(record, sequence), true);
    }
    return new Stamped(sequence, residence);
  }

  private int firstOfStamps(Buffer record, long sequence) {
    int offset = Stamps.RECEIVED;
    while ((record.getByte(offset) & 0xff) == pattern.byteAt(offset, connection, sequence)) {
      offset++;
    }
    return offset;
  }

  private static long residence(Buffer record) {
    return record.getLong(Stamps.SENT) - record.getLong(Stamps.RECEIVED);
  }

  private Corrupt corrupt(Buffer record, long sequence, int offset, boolean aligned) {
    return new Corrupt(
        sequence,
        offset,
        record.getByte(offset) & 0xff,
        pattern.byteAt(offset, connection, sequence),
        aligned,
        looksStamped(record, sequence));
  }

  private boolean looksStamped(Buffer record, long sequence) {
    long residence = pattern.length() < Stamps.MIN_LENGTH ? -1 : residence(record);
    return !pattern.isStamped()
        && residence >= 0
        && residence <= LONGEST_RESIDENCE
        && pattern.differsInStampsOnly(record, connection, sequence);
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
