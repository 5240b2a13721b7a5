package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An echo server on 127.0.0.1 that misbehaves in exactly one way. Blocking java.net sockets and one
 * thread a connection, so that it shares no code and no mistake with the product.
 */
public final class FaultyPeer implements AutoCloseable {
  private static final int BACKLOG = 512;
  private static final long JOIN_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private final ServerSocket server;
  private final int frameLength;
  private final Fault fault;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();

  private FaultyPeer(int frameLength, Fault fault) throws IOException {
    this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    this.frameLength = frameLength;
    this.fault = fault;
  }

  /** Listens at once, on a free port; frames are cut by length alone, in bytes. */
  public static FaultyPeer start(int frameLength, Fault fault) {
    try {
      FaultyPeer peer = new FaultyPeer(frameLength, fault);
      peer.startThread("accept", peer::acceptAll);
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String host() {
    return server.getInetAddress().getHostAddress();
  }

  public int port() {
    return server.getLocalPort();
  }

  /** {@code 127.0.0.1:PORT}. */
  public String target() {
    return host() + ":" + port();
  }

  /** How many connections were accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  private void startThread(String role, Runnable task) {
    Thread thread = new Thread(task, "faulty-peer-" + port() + "-" + role);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        if (server.isClosed()) {
          socket.close();
          return;
        }
        startThread("connection-" + accepted.incrementAndGet(), () -> serve(socket));
      }
    } catch (IOException e) {
      if (closed.getCount() > 0) {
        failures.add(new UncheckedIOException("accept failed", e));
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      PeerConnection connection = new PeerConnection(socket, frameLength, closed);
      fault.serve(connection);
      connection.finish();
    } catch (IOException e) {
      // The client may leave at any time, with or without a reset.
    } catch (RuntimeException e) {
      failures.add(e);
    } finally {
      open.remove(socket);
    }
  }

  /** Ends every connection and thread within seconds; throws what went wrong in the fixture. */
  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MILLIS);
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(left, 1));
        if (thread.isAlive()) {
          throw new IllegalStateException(thread.getName() + " did not end");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while closing", e);
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }
}
