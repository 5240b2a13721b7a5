package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** A socket of ours and the plain one that it is connected to. */
final class SocketPair implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final Context context;
  private final TcpSocket socket;
  private final Socket peer;

  private SocketPair(Vertx vertx, Context context, TcpSocket socket, Socket peer) {
    this.vertx = vertx;
    this.context = context;
    this.socket = socket;
    this.peer = peer;
  }

  /**
   * Connects the two.
   *
   * @param transport {@code EPOLL} or {@code NIO}; without it the test is skipped
   * @param receiveBuffer of ours, bytes; 0 for the system's choice
   * @param attached called with ours before anything is read, on its event loop
   */
  static SocketPair connect(
      String transport, int receiveBuffer, SocketListener listener, Consumer<TcpSocket> attached)
      throws IOException {
    Transport found =
        Objects.requireNonNull("EPOLL".equals(transport) ? Transport.EPOLL : Transport.NIO);
    Assumptions.assumeTrue(found.available(), () -> String.valueOf(found.unavailabilityCause()));
    Vertx vertx = Vertx.builder().withTransport(found).build();
    Context context = vertx.getOrCreateContext();
    TcpClient client = new TcpClient(vertx, new TcpClient.Options(null, 0, 0, receiveBuffer));
    CompletableFuture<TcpSocket> connected = new CompletableFuture<>();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      context.runOnContext(
          v ->
              client
                  .connect((InetSocketAddress) server.getLocalSocketAddress(), TIMEOUT)
                  .map(socket -> TcpSocket.attach(socket, listener))
                  .onSuccess(attached::accept)
                  .onSuccess(connected::complete)
                  .onFailure(connected::completeExceptionally));
      Socket peer = server.accept();
      peer.setSoTimeout((int) TIMEOUT.toMillis());
      return new SocketPair(vertx, context, get(connected), peer);
    }
  }

  /** Ours. */
  TcpSocket socket() {
    return socket;
  }

  /** The other one. */
  Socket peer() {
    return peer;
  }

  InputStream in() throws IOException {
    return peer.getInputStream();
  }

  void resetByPeer() throws IOException {
    peer.setSoLinger(true, 0);
    peer.close();
  }

  /** Does it in a turn of the event loop of ours, and waits; what it returns must be true. */
  void onLoop(Callable<Boolean> holds) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          try {
            done.complete(holds.call());
          } catch (Exception | AssertionError e) {
            done.completeExceptionally(e);
          }
        });
    assertThat(get(done)).isTrue();
  }

  static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public void close() throws IOException {
    peer.close();
    var unused = LocalNode.await(vertx.close());
  }
}
