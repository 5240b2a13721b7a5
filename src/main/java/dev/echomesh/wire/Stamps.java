package dev.echomesh.wire;

import io.vertx.core.buffer.Buffer;

/**
 * Two fields after a frame's header into which a framed endpoint can write when it received the
 * frame and when it sent it back, as a TWAMP reflector does (RFC 5357 §4.2.1): nanoseconds of its
 * own monotonic clock, big-endian, so only their difference means anything to somebody else.
 */
public final class Stamps {
  /** Bytes of the shortest frame that has room for stamps and something to verify behind them. */
  public static final int MIN_LENGTH = 48;

  static final int RECEIVED = FramePattern.HEADER_LENGTH;
  static final int SENT = RECEIVED + 8;
  static final int END = SENT + 8;

  private Stamps() {}

  /** Writes the time of receipt into the frame that begins at the offset. */
  public static void received(Buffer frames, int offset, long nanos) {
    frames.setLong(offset + RECEIVED, nanos);
  }

  /** Writes the time of sending into the frame that begins at the offset. */
  public static void sent(Buffer frames, int offset, long nanos) {
    frames.setLong(offset + SENT, nanos);
  }
}
