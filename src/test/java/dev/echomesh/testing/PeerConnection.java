package dev.echomesh.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** A {@link FaultyPeer}'s end of one connection. Confined to the thread that serves it. */
public final class PeerConnection {
  private static final int READ_TIMEOUT_MILLIS = 60_000;
  private static final int SMALLEST_BUFFER = 1;

  private final Socket socket;
  private final int frameLength;
  private final CountDownLatch peerClosed;
  private boolean finished;

  PeerConnection(Socket socket, int frameLength, CountDownLatch peerClosed) throws IOException {
    this.socket = socket;
    this.frameLength = frameLength;
    this.peerClosed = peerClosed;
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** The next frame; a shorter one if the client ended inside it; an empty one after the end. */
  public byte[] readFrame() throws IOException {
    return socket.getInputStream().readNBytes(frameLength);
  }

  /** Whatever comes with one read; empty at the end. */
  public byte[] readSome() throws IOException {
    byte[] buffer = new byte[16 * 1024];
    int count = socket.getInputStream().read(buffer);
    return Arrays.copyOf(buffer, Math.max(count, 0));
  }

  /** Sends the bytes, or nothing once {@link #finish} was called. */
  public void write(byte[] bytes) throws IOException {
    if (!finished) {
      socket.getOutputStream().write(bytes);
    }
  }

  /** Sends FIN; what is written from now on is dropped. */
  public void finish() throws IOException {
    if (!finished) {
      finished = true;
      socket.shutdownOutput();
    }
  }

  /** Reads and forgets until the client ends, so that closing sends no RST. */
  public void drain() throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** Closes with RST. */
  public void reset() throws IOException {
    finished = true;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Neither reads nor writes until the peer is closed. */
  public void stall() throws IOException {
    socket.setReceiveBufferSize(SMALLEST_BUFFER);
    try {
      peerClosed.await();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while stalling", e);
    }
  }
}
