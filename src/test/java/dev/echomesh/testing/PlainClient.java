package dev.echomesh.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A blocking echo client: sends bytes made from a seed on one thread, reads on another, compares as
 * they come. Options are set first; {@link #run} opens a new connection each time.
 */
public final class PlainClient {
  private final String host;
  private final int port;
  private long bytes;
  private long seed = 1;
  private int sendBuffer;
  private int receiveBuffer;
  private boolean halfClose;
  private @Nullable Duration readsAfter;
  private @Nullable SSLContext tls;
  private @Nullable String tlsProtocol;
  private Duration deadline = Duration.ofSeconds(30);

  private PlainClient(String host, int port) {
    this.host = host;
    this.port = port;
  }

  /** A client of 127.0.0.1 that sends nothing yet and has 30 seconds. */
  public static PlainClient to(int port) {
    return to("127.0.0.1", port);
  }

  public static PlainClient to(String host, int port) {
    return new PlainClient(host, port);
  }

  public PlainClient bytes(long bytes) {
    this.bytes = bytes;
    return this;
  }

  public PlainClient seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** SO_SNDBUF and SO_RCVBUF in bytes, set before the connect. */
  public PlainClient buffers(int sendBuffer, int receiveBuffer) {
    this.sendBuffer = sendBuffer;
    this.receiveBuffer = receiveBuffer;
    return this;
  }

  /**
   * Ends the sending side after the last byte and reads to the peer's end. Without it, reading
   * stops after as many bytes as were to be sent.
   */
  public PlainClient halfClose() {
    this.halfClose = true;
    return this;
  }

  /** Reads nothing until everything is sent or the sender has been stuck for 100 ms. */
  public PlainClient lateReader() {
    return lateReader(Duration.ZERO);
  }

  /** As {@link #lateReader()}, and then waits for so long. */
  public PlainClient lateReader(Duration wait) {
    this.readsAfter = wait;
    return this;
  }

  public PlainClient tls(SSLContext context) {
    this.tls = context;
    return this;
  }

  /** The only TLS version to offer, for example {@code TLSv1.2}. */
  public PlainClient tlsProtocol(String protocol) {
    this.tlsProtocol = protocol;
    return this;
  }

  /** How long the whole run may take. */
  public PlainClient deadline(Duration deadline) {
    this.deadline = deadline;
    return this;
  }

  /**
   * Connects, exchanges, closes.
   *
   * @throws IOException if the connect or the TLS handshake failed; later failures are part of the
   *     result
   * @throws AssertionError if the deadline passed first
   */
  public Transfer run() throws IOException {
    int timeoutMillis = Math.toIntExact(deadline.toMillis());
    long end = System.nanoTime() + deadline.toNanos();
    try (Socket raw = new Socket()) {
      if (sendBuffer > 0) {
        raw.setSendBufferSize(sendBuffer);
      }
      if (receiveBuffer > 0) {
        raw.setReceiveBufferSize(receiveBuffer);
      }
      raw.connect(new InetSocketAddress(host, port), timeoutMillis);
      raw.setSoTimeout(timeoutMillis);
      Socket socket = tls == null ? raw : handshake(tls, raw);
      return new Exchange(bytes, seed, halfClose, readsAfter, socket).run(raw, end);
    }
  }

  private SSLSocket handshake(SSLContext context, Socket raw) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true);
    if (tlsProtocol != null) {
      socket.setEnabledProtocols(new String[] {tlsProtocol});
    }
    socket.startHandshake();
    return socket;
  }
}
