package dev.echomesh.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/** A client that stays connected and is asked for one thing after the other. */
public final class OpenConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Socket socket;

  private OpenConnection(Socket socket) {
    this.socket = socket;
  }

  public static OpenConnection to(int port) throws IOException {
    return to("127.0.0.1", port);
  }

  public static OpenConnection to(String host, int port) throws IOException {
    return connect(new Socket(), host, port);
  }

  /** Whether nobody listens on the port. */
  public static boolean isRefused(int port) throws IOException {
    try (OpenConnection accepted = to(port)) {
      accepted.leave();
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (SocketException reset) {
      // it was about to close and had the connection in its backlog
      return false;
    }
  }

  /** Comes from the given local address. */
  public static OpenConnection from(String source, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
    return connect(socket, "127.0.0.1", port);
  }

  /** With an SO_RCVBUF of so many bytes, so that little fits in before the peer is stuck. */
  public static OpenConnection withReceiveBuffer(int bytes, int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(bytes);
    return connect(socket, "127.0.0.1", port);
  }

  /** Over TLS. */
  public static OpenConnection secure(SSLContext context, int port) throws IOException {
    return connect(context.getSocketFactory().createSocket(), "127.0.0.1", port);
  }

  private static OpenConnection connect(Socket socket, String host, int port) throws IOException {
    try {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      return new OpenConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  /** Whether so many bytes, one after the other different, come back as they were sent. */
  public boolean echoes(int bytes) throws IOException {
    byte[] sent = pattern(bytes);
    send(sent);
    return Arrays.equals(sent, read(bytes));
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** As many bytes, fewer if the peer ends before. */
  public byte[] read(int bytes) throws IOException {
    return socket.getInputStream().readNBytes(bytes);
  }

  /** Bytes that come until the peer's orderly end; fails on a reset. */
  public long readToEnd() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[64 * 1024];
    long total = 0;
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      total += count;
    }
    return total;
  }

  /** Whether the peer ends, orderly or not, without another byte. */
  public boolean isEnded() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** Waits, without reading, until the peer has reset the connection. */
  public void awaitReset(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        socket.getOutputStream().write(0);
        LockSupport.parkNanos(POLL_NANOS);
      }
    } catch (IOException reset) {
      return;
    }
    throw new AssertionError("not reset within " + timeout);
  }

  /** FIN. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes before the test is over. */
  public void leave() throws IOException {
    socket.close();
  }

  /** A length of bytes that tells a shift from the right place. */
  public static byte[] pattern(int bytes) {
    byte[] pattern = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      pattern[i] = (byte) (i * 31 + (i >> 8));
    }
    return pattern;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
