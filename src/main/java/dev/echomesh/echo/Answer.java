package dev.echomesh.echo;

import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.FrameReader;
import dev.echomesh.wire.Stamps;
import dev.echomesh.wire.TcpSocket;
import io.vertx.core.buffer.Buffer;

/** What is written back for what came in. Event loop only. */
sealed interface Answer {
  /** Takes the chunk over and writes the answer, unflushed. */
  void to(Chunk chunk);

  /** Bytes received that no answer was written for, because their record is not complete. */
  int withheld();

  /** Every byte (RFC 862), without a copy. */
  static Answer bytes(TcpSocket socket) {
    return new Bytes(socket);
  }

  /**
   * Whole records.
   *
   * @param stamped whether receive and send times are written into them
   */
  static Answer records(TcpSocket socket, int length, boolean stamped) {
    return new Records(socket, length, stamped);
  }

  /** See {@link #bytes}. */
  record Bytes(TcpSocket socket) implements Answer {
    @Override
    public void to(Chunk chunk) {
      socket.write(chunk);
    }

    @Override
    public int withheld() {
      return 0;
    }
  }

  /** See {@link #records}. */
  final class Records implements Answer {
    private final TcpSocket socket;
    private final int length;
    private final boolean stamped;
    private final FrameReader reader;
    private Buffer whole = Buffer.buffer();

    private Records(TcpSocket socket, int length, boolean stamped) {
      this.socket = socket;
      this.length = length;
      this.stamped = stamped;
      this.reader = new FrameReader(length, record -> whole.appendBuffer(record));
    }

    @Override
    public void to(Chunk chunk) {
      long receivedAt = stamped ? System.nanoTime() : 0;
      reader.feed(chunk.toBuffer());
      if (whole.length() > 0) {
        if (stamped) {
          stamp(receivedAt, System.nanoTime());
        }
        // in one piece: each piece that waits to be sent costs more than a small record itself
        socket.write(whole);
        whole = Buffer.buffer();
      }
    }

    private void stamp(long receivedAt, long sentAt) {
      for (int offset = 0; offset < whole.length(); offset += length) {
        Stamps.received(whole, offset, receivedAt);
        Stamps.sent(whole, offset, sentAt);
      }
    }

    @Override
    public int withheld() {
      return reader.partial();
    }
  }
}
