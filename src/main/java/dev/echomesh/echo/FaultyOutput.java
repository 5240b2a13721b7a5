package dev.echomesh.echo;

import dev.echomesh.spec.Faults;
import dev.echomesh.wire.Stamps;
import dev.echomesh.wire.TcpSocket;
import io.vertx.core.buffer.Buffer;

/**
 * Sends answers in the pieces, and up to the number of bytes, that faults allow. Event loop only.
 */
final class FaultyOutput {
  private final TcpSocket socket;
  private final Faults faults;
  private final int stampedLength;
  private long answered;
  private boolean ended;
  private boolean peerEnded;

  /**
   * Nothing is sent yet.
   *
   * @param stampedLength of answers that get the time at which they are sent; 0 for none
   */
  FaultyOutput(TcpSocket socket, Faults faults, int stampedLength) {
    this.socket = socket;
    this.faults = faults;
    this.stampedLength = stampedLength;
  }

  /** Whether nothing more will be sent. */
  boolean isEnded() {
    return ended;
  }

  /** Sends as much as the limits in bytes allow. */
  void answer(Buffer bytes) {
    if (bytes.length() == stampedLength) {
      Stamps.sent(bytes, 0, System.nanoTime());
    }
    long room = Math.min(room(faults.closeAfter()), room(faults.resetAfter()));
    int length = (int) Math.min(bytes.length(), room);
    int step = faults.segment() == 0 ? Math.max(1, length) : faults.segment();
    for (int from = 0; from < length; from += step) {
      socket.write(bytes.getBuffer(from, Math.min(length, from + step)));
      var unused = socket.flush();
    }
    answered += length;
    limit();
  }

  /** Ends what has answered as many bytes as it may. */
  void limit() {
    if (room(faults.resetAfter()) == 0) {
      ended = true;
      socket.reset();
    } else if (room(faults.closeAfter()) == 0) {
      end();
    }
  }

  private long room(long limit) {
    return limit < 0 ? Long.MAX_VALUE : limit - answered;
  }

  /** The client has ended its half: with the answers' end, the connection ends. */
  void peerEnded() {
    peerEnded = true;
  }

  boolean hasPeerEnded() {
    return peerEnded;
  }

  /**
   * Sends FIN; what still comes in is to be read and forgotten, because closing before the client
   * has ended would send RST.
   */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (peerEnded) {
      socket.close();
    } else {
      socket.endOutput();
    }
  }
}
