package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * Bytes as the socket delivered them, without a copy. Whoever holds a chunk owns it: it is handed
 * on to {@link TcpSocket#write(Chunk)}, turned into a buffer or released, exactly once. Event loop
 * only.
 */
public final class Chunk {
  private final ByteBuf bytes;
  private boolean taken;

  Chunk(ByteBuf bytes) {
    this.bytes = bytes;
  }

  /** Bytes to read. */
  public int length() {
    return bytes.readableBytes();
  }

  /** Copies the bytes to the heap and gives the chunk up. */
  public Buffer toBuffer() {
    taken = true;
    return BufferInternal.safeBuffer(bytes);
  }

  /** Gives the bytes up unread. */
  public void release() {
    taken = true;
    bytes.release();
  }

  ByteBuf take() {
    taken = true;
    return bytes;
  }

  /** For whom the chunk was meant for failed, perhaps before it gave the chunk up. */
  void releaseUnlessTaken() {
    if (!taken) {
      release();
    }
  }
}
