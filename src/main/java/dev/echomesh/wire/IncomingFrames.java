package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/**
 * Tells what every frame that comes back on a connection is, however the stream was split or glued
 * on its way. Event loop only.
 *
 * <p>As long as what comes is what was sent it is compared where it lies, without being copied or
 * cut. From the first wrong byte on, records are cut and inspected, until one ends with a chunk.
 */
public final class IncomingFrames {
  /** The connection's account. */
  public interface Account {
    /** Sequence of the frame whose turn it is. */
    long nextExpected();

    /** A frame came, or what stands for one. */
    void found(FrameInspector.Finding finding);
  }

  private final FramePattern pattern;
  private final int connection;
  private final Account account;
  private final FrameInspector inspector;
  private final FrameReader records;

  /** The frame that has begun, and how many of its bytes have come, all of them right. */
  private long sequence;

  private int matched;

  public IncomingFrames(FramePattern pattern, int connection, Account account) {
    this.pattern = pattern;
    this.connection = connection;
    this.account = account;
    this.inspector = new FrameInspector(pattern, connection);
    this.records =
        new FrameReader(
            pattern.length(),
            record -> account.found(inspector.inspect(record, account.nextExpected())));
  }

  /** Bytes of a frame that has begun and is not complete. */
  public int partial() {
    return matched + records.partial();
  }

  /** Takes the chunk over; all that it completes is found before this returns. */
  public void take(Chunk chunk) {
    ByteBuf in = chunk.take();
    try {
      if (records.partial() == 0 && !pattern.isStamped()) {
        match(in);
      }
      if (in.isReadable()) {
        records.feed(unmatched(in));
      }
    } finally {
      in.release();
    }
  }

  /** Takes what continues and repeats the expected frames, up to the first part that does not. */
  private void match(ByteBuf in) {
    int from = in.readerIndex();
    ByteBuffer bytes = in.nioBuffer();
    int at = 0;
    while (at < bytes.limit()) {
      if (matched == 0) {
        sequence = account.nextExpected();
      }
      int count = Math.min(bytes.limit() - at, pattern.length() - matched);
      if (!pattern.matches(bytes, at, count, matched, connection, sequence)) {
        return;
      }
      at += count;
      in.readerIndex(from + at);
      matched += count;
      if (matched == pattern.length()) {
        matched = 0;
        account.found(new FrameInspector.Intact(sequence));
      }
    }
  }

  /** The rest, after what had matched of the frame that it continues. */
  private Buffer unmatched(ByteBuf in) {
    int before = matched > 0 ? pattern.length() : 0;
    ByteBuf bytes = Unpooled.buffer(before + in.readableBytes());
    if (matched > 0) {
      pattern.append(bytes, connection, sequence);
      bytes.writerIndex(matched);
      matched = 0;
    }
    return BufferInternal.buffer(bytes.writeBytes(in));
  }
}
