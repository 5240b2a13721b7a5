package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A port of 127.0.0.1 where a connect neither succeeds nor fails: a listener that never accepts and
 * whose queue is full, so that Linux drops every further SYN.
 */
public final class Blackhole implements AutoCloseable {
  private static final int SHORTEST_BACKLOG = 1;
  private static final int MOST_FILLERS = 64;
  private static final int CONNECT_TIMEOUT_MILLIS = 300;

  private final ServerSocket server;
  private final List<Socket> fillers = new ArrayList<>();

  private Blackhole(ServerSocket server) {
    this.server = server;
  }

  public static Blackhole open() {
    try {
      Blackhole blackhole =
          new Blackhole(new ServerSocket(0, SHORTEST_BACKLOG, InetAddress.getLoopbackAddress()));
      blackhole.fill();
      return blackhole;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /**
   * Takes connections after all: those that tried all along, then every other, and serves them so.
   */
  public void relent(Fault fault, int frameLength) {
    Thread accepting =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                serve(fault, frameLength);
              }
            },
            "blackhole-" + port());
    accepting.setDaemon(true);
    accepting.start();
  }

  private void serve(Fault fault, int frameLength) {
    try {
      Socket socket = server.accept();
      Thread serving =
          new Thread(
              () -> {
                try (socket) {
                  fault.serve(new PeerConnection(socket, frameLength, new CountDownLatch(1)));
                } catch (IOException e) {
                  // the client may leave at any time
                }
              });
      serving.setDaemon(true);
      serving.start();
    } catch (IOException e) {
      // closed
    }
  }

  private void fill() throws IOException {
    for (int i = 0; i < MOST_FILLERS; i++) {
      Socket filler = new Socket();
      fillers.add(filler);
      try {
        filler.connect(
            new InetSocketAddress(server.getInetAddress(), port()), CONNECT_TIMEOUT_MILLIS);
      } catch (SocketTimeoutException full) {
        return;
      }
    }
    close();
    throw new IllegalStateException("still connects after " + MOST_FILLERS + " connections");
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket filler : fillers) {
        filler.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
