package dev.echomesh.wire;

import static dev.echomesh.wire.SplitMix64.GOLDEN;
import static dev.echomesh.wire.SplitMix64.mix;

import dev.echomesh.spec.InvalidValueException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/**
 * The frames of one run, every byte of them predictable.
 *
 * <p>A frame starts with a header, big-endian: magic 4, run 4, connection 4, length 4, sequence 8.
 * The rest is a {@link SplitMix64} stream whose start depends on seed, run, connection and
 * sequence, so a frame proves by itself which one it is. Immutable.
 */
public final class FramePattern {
  /** Bytes of the header. */
  public static final int HEADER_LENGTH = 24;

  /** Bytes of the shortest frame. */
  public static final int MIN_LENGTH = 32;

  /** Bytes of the longest frame. */
  public static final int MAX_LENGTH = 1 << 20;

  static final int MAGIC = 0x45434d31; // "ECM1"

  private final long seed;
  private final int run;
  private final int length;

  /** Words of the payload that are not compared. */
  private final int stampWords;

  /**
   * The pattern of one run.
   *
   * @param length bytes of every frame, {@value #MIN_LENGTH} to {@value #MAX_LENGTH}
   */
  public FramePattern(long seed, int run, int length) {
    this(seed, run, length, false);
  }

  /**
   * The pattern of one run.
   *
   * @param length bytes of every frame, {@value #MIN_LENGTH} to {@value #MAX_LENGTH}
   * @param stamped whether the peer may write its {@link Stamps} into frames, so that these fields
   *     are not compared; takes frames of {@value Stamps#MIN_LENGTH} bytes or more
   */
  public FramePattern(long seed, int run, int length, boolean stamped) {
    int shortest = stamped ? Stamps.MIN_LENGTH : MIN_LENGTH;
    if (length < shortest || length > MAX_LENGTH) {
      throw new InvalidValueException(
          Integer.toString(length), shortest + " to " + MAX_LENGTH + " bytes");
    }
    // mixed, or one seed's connection 1 would be the next seed's connection 0
    this.seed = mix(seed);
    this.run = run;
    this.length = length;
    this.stampWords = stamped ? (Stamps.END - HEADER_LENGTH) >> 3 : 0;
  }

  /** Whether the peer may write its {@link Stamps} into frames. */
  boolean isStamped() {
    return stampWords > 0;
  }

  public int run() {
    return run;
  }

  public int length() {
    return length;
  }

  /** The whole frame. */
  public Buffer frame(int connection, long sequence) {
    ByteBuf frame = Unpooled.buffer(length);
    append(frame, connection, sequence);
    return BufferInternal.buffer(frame);
  }

  void append(ByteBuf out, int connection, long sequence) {
    // one view of the memory, where each single write would be checked, and tracked in tests
    ByteBuffer frame = out.ensureWritable(length).nioBuffer(out.writerIndex(), length);
    out.writerIndex(out.writerIndex() + length);
    frame.putLong(firstWord()).putLong(secondWord(connection)).putLong(sequence);
    long state = start(connection, sequence);
    int words = (length - HEADER_LENGTH) >> 3;
    for (int i = 0; i < words; i++) {
      frame.putLong(mix(state += GOLDEN));
    }
    long last = mix(state + GOLDEN);
    for (int rest = (length - HEADER_LENGTH) & 7; rest > 0; rest--) {
      frame.put((byte) (last >>> 56));
      last <<= 8;
    }
  }

  /**
   * Whether bytes of a buffer are those of a frame of this run.
   *
   * @param at index of the first of them
   * @param offset of that byte in the frame
   */
  boolean matches(ByteBuffer in, int at, int count, int offset, int connection, long sequence) {
    long start = start(connection, sequence);
    int index = at;
    int here = offset;
    int end = offset + count;
    while (here < end && (here & 7) != 0) {
      if (in.get(index++) != byteAt(here++, start, connection, sequence)) {
        return false;
      }
    }
    for (; here < HEADER_LENGTH && here + 8 <= end; here += 8, index += 8) {
      if (in.getLong(index) != word(here >> 3, start, connection, sequence)) {
        return false;
      }
    }
    long state = start + ((here - HEADER_LENGTH) >> 3) * GOLDEN;
    for (; here + 8 <= end; here += 8, index += 8) {
      if (in.getLong(index) != mix(state += GOLDEN)) {
        return false;
      }
    }
    while (here < end) {
      if (in.get(index++) != byteAt(here++, start, connection, sequence)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Offset of the first byte that differs from the given frame of this run, stamps left out.
   *
   * @return -1 if none does
   */
  public int firstDifference(Buffer record, int connection, long sequence) {
    ByteBuffer in = view(record);
    if (in.getLong(0) != firstWord()
        || in.getLong(8) != secondWord(connection)
        || in.getLong(16) != sequence) {
      return firstDifferenceIn(record, 0, HEADER_LENGTH, connection, sequence);
    }
    return firstDifferenceInPayload(in, record, connection, sequence);
  }

  /** As {@link #firstDifference}, header left out. */
  public int firstDifferenceInPayload(Buffer record, int connection, long sequence) {
    return firstDifferenceInPayload(view(record), record, connection, sequence);
  }

  /** One view of the memory, where each single read would be checked, and tracked in tests. */
  private ByteBuffer view(Buffer record) {
    ByteBuf in = ((BufferInternal) record).getByteBuf();
    return in.nioBuffer(in.readerIndex(), length).slice();
  }

  private int firstDifferenceInPayload(
      ByteBuffer in, Buffer record, int connection, long sequence) {
    int at = HEADER_LENGTH + (stampWords << 3);
    long state = start(connection, sequence) + stampWords * GOLDEN;
    int words = (length - HEADER_LENGTH) >> 3;
    for (int i = stampWords; i < words; i++) {
      if (in.getLong(at) != mix(state += GOLDEN)) {
        int from = HEADER_LENGTH + (i << 3);
        return firstDifferenceIn(record, from, from + 8, connection, sequence);
      }
      at += 8;
    }
    int from = HEADER_LENGTH + (words << 3);
    return firstDifferenceIn(record, from, length, connection, sequence);
  }

  /** The byte at an offset of a frame of this run, 0 to 255. */
  public int byteAt(int offset, int connection, long sequence) {
    return byteAt(offset, start(connection, sequence), connection, sequence) & 0xff;
  }

  private byte byteAt(int offset, long start, int connection, long sequence) {
    long word = word(offset >> 3, start, connection, sequence);
    return (byte) (word >>> (56 - ((offset & 7) << 3)));
  }

  /** Eight bytes of a frame, of which the last may have fewer. */
  private long word(int index, long start, int connection, long sequence) {
    return switch (index) {
      case 0 -> firstWord();
      case 1 -> secondWord(connection);
      case 2 -> sequence;
      default -> SplitMix64.word(start, index - (HEADER_LENGTH >> 3));
    };
  }

  private long firstWord() {
    return (long) MAGIC << 32 | (run & 0xffffffffL);
  }

  private long secondWord(int connection) {
    return (long) connection << 32 | length;
  }

  /** Whether the fields of the stamps hold what was sent. */
  boolean isUnstamped(Buffer record, int connection, long sequence) {
    return firstDifferenceIn(record, Stamps.RECEIVED, Stamps.END, connection, sequence) < 0;
  }

  /** Whether nothing but the fields of the stamps differs, although none was expected. */
  boolean differsInStampsOnly(Buffer record, int connection, long sequence) {
    return length >= Stamps.MIN_LENGTH
        && firstDifferenceIn(record, 0, Stamps.RECEIVED, connection, sequence) < 0
        && firstDifferenceIn(record, Stamps.END, length, connection, sequence) < 0;
  }

  private int firstDifferenceIn(Buffer record, int from, int to, int connection, long sequence) {
    for (int i = from; i < to; i++) {
      if ((record.getByte(i) & 0xff) != byteAt(i, connection, sequence)) {
        return i;
      }
    }
    return -1;
  }

  private long start(int connection, long sequence) {
    return mix(mix(seed ^ ((long) run << 32 | (connection & 0xffffffffL))) + sequence);
  }
}
