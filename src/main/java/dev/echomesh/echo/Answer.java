package dev.echomesh.echo;

import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.FrameReader;
import dev.echomesh.wire.TcpSocket;

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
    return new Records(new FrameReader(length, socket::write));
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
  record Records(FrameReader reader) implements Answer {
    @Override
    public void to(Chunk chunk) {
      reader.feed(chunk.toBuffer());
    }

    @Override
    public int withheld() {
      return reader.partial();
    }
  }
}
