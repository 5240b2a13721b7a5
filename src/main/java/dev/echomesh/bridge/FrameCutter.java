package dev.echomesh.bridge;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a byte stream into frames: four bytes of length, big-endian, and so many bytes. A length is
 * believed only within its limit, and memory is taken only for bytes that have come. Not
 * thread-safe.
 */
final class FrameCutter {
  private static final int HEADER = 4;

  private final int maxLength;
  private Buffer rest = Buffer.buffer();

  /**
   * A cutter.
   *
   * @param maxLength bytes of the longest frame, its header not counted
   */
  FrameCutter(int maxLength) {
    this.maxLength = maxLength;
  }

  /**
   * Takes bytes in and returns the frames that they complete, without headers.
   *
   * @throws BadFrameException if a length is out of its limit; the stream cannot be read any more
   */
  List<Buffer> feed(Buffer data) throws BadFrameException {
    Buffer all = rest.length() == 0 ? data : rest.appendBuffer(data);
    List<Buffer> frames = new ArrayList<>();
    int from = 0;
    while (all.length() - from >= HEADER) {
      int length = all.getInt(from);
      if (length < 0 || length > maxLength) {
        throw new BadFrameException(
            "frame length: "
                + Integer.toUnsignedString(length)
                + " (expected 0 to "
                + maxLength
                + ")");
      }
      if (all.length() - from - HEADER < length) {
        break;
      }
      frames.add(all.getBuffer(from + HEADER, from + HEADER + length));
      from += HEADER + length;
    }
    rest = from == 0 ? all : all.getBuffer(from, all.length());
    return frames;
  }

  /** Whether a frame has begun and is not complete. */
  boolean isInside() {
    return rest.length() > 0;
  }
}
