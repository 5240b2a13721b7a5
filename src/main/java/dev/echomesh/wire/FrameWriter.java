package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames of one connection into its socket, several of them as one piece. Event loop only.
 */
public final class FrameWriter {
  /** Frames shorter than this are gathered into pieces of about so many bytes. */
  private static final int PIECE = 64 * 1024;

  private final FramePattern pattern;
  private final int connection;
  private final TcpSocket socket;
  private @Nullable ByteBuf piece;

  public FrameWriter(FramePattern pattern, int connection, TcpSocket socket) {
    this.pattern = pattern;
    this.connection = connection;
    this.socket = socket;
  }

  /** Appends a frame; {@link #flush()} sends it. */
  public void write(long sequence, int framesThatMayFollow) {
    ByteBuf out = piece;
    if (out == null) {
      int frames = Math.max(1, Math.min(1 + framesThatMayFollow, PIECE / pattern.length()));
      out = PooledByteBufAllocator.DEFAULT.directBuffer(frames * pattern.length());
      piece = out;
    }
    pattern.append(out, connection, sequence);
    if (out.writableBytes() < pattern.length()) {
      socket.write(out);
      piece = null;
    }
  }

  /**
   * Offers everything to the kernel.
   *
   * @return whether it took all of it
   */
  public boolean flush() {
    if (piece != null) {
      socket.write(piece);
      piece = null;
    }
    return socket.flush();
  }
}
