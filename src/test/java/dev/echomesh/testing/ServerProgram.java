package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server that is another program. Closing it kills it and its children. */
public final class ServerProgram implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Process process;
  private final int port;

  private ServerProgram(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** {@code 127.0.0.1:PORT}. */
  public String target() {
    return "127.0.0.1:" + port;
  }

  /** Returns when it takes connections on 127.0.0.1. */
  public static ServerProgram start(int port, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      ServerProgram server = new ServerProgram(process, port);
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (!listens(port)) {
        if (System.nanoTime() > deadline || !process.isAlive()) {
          server.close();
          throw new AssertionError(String.join(" ", command) + " does not listen");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean listens(int port) {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }
}
