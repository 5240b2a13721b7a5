package dev.echomesh.echo;

import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.FrameReader;
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

  /** Whole records. */
  static Answer records(TcpSocket socket, int length) {
    return new Records(socket, length);
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
    private final FrameReader reader;
    private Buffer whole = Buffer.buffer();

    private Records(TcpSocket socket, int length) {
      this.socket = socket;
      this.reader = new FrameReader(length, record -> whole.appendBuffer(record));
    }

    @Override
    public void to(Chunk chunk) {
      reader.feed(chunk.toBuffer());
      if (whole.length() > 0) {
        // in one piece: each piece that waits to be sent costs more than a small record itself
        socket.write(whole);
        whole = Buffer.buffer();
      }
    }

    @Override
    public int withheld() {
      return reader.partial();
    }
  }
}
