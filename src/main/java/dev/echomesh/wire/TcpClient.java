package dev.echomesh.wire;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections step by step, so that each step can be timed. Its sockets live on the event
 * loop that it is called on. Keep it in a field: sockets of a client that is garbage-collected are
 * closed.
 */
public final class TcpClient {
  private final NetClient client;

  public TcpClient(Vertx vertx) {
    this.client = vertx.createNetClient();
  }

  /** The TCP handshake; {@link ConnectFailure#of} tells why it failed. */
  public Future<NetSocket> connect(InetSocketAddress remote, Duration timeout) {
    return client.connect(
        new ConnectOptions()
            .setRemoteAddress(SocketAddress.inetSocketAddress(remote))
            .setTimeout(Math.toIntExact(timeout.toMillis())));
  }

  /**
   * The TLS handshake on a socket that has just been connected and not been used.
   *
   * @param serverName sent in the handshake (SNI, RFC 6066 §3), null for an address literal
   */
  public Future<Void> startTls(
      NetSocket socket, ClientSSLOptions options, @Nullable String serverName) {
    return socket.upgradeToSsl(options, serverName);
  }

  public Future<Void> close() {
    return client.close();
  }
}
