package dev.echomesh.wire;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.ImmediateExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
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

  /** A client whose sockets are made so. */
  public TcpClient(Vertx vertx, Options options) {
    NetClientOptions netOptions = new NetClientOptions();
    if (options.source() != null) {
      netOptions.setLocalAddress(options.source());
    }
    if (options.dscp() > 0) {
      netOptions.setTrafficClass(options.dscp() << 2);
    }
    if (options.sendBuffer() > 0) {
      netOptions.setSendBufferSize(options.sendBuffer());
    }
    if (options.receiveBuffer() > 0) {
      netOptions.setReceiveBufferSize(options.receiveBuffer());
    }
    this.client = vertx.createNetClient(netOptions);
  }

  /**
   * Choices that hold for all sockets of a client.
   *
   * @param source address to send from; null for the system's choice
   * @param dscp code point of the IP header (RFC 2474), 0 to 63
   * @param sendBuffer bytes asked of the kernel, 0 for its own choice
   * @param receiveBuffer bytes asked of the kernel, 0 for its own choice
   */
  public record Options(@Nullable String source, int dscp, int sendBuffer, int receiveBuffer) {
    /** The system's choices. */
    public static final Options NONE = new Options(null, 0, 0, 0);
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
   * @param serverName what the certificate is checked against, a name or an address
   */
  public Future<Void> startTls(
      NetSocket socket, TlsContext tls, String serverName, Duration timeout) {
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    Promise<Void> secured = Promise.promise();
    socket.exceptionHandler(failure -> {}); // the handshake's future has it too
    var unused =
        tls.install(
                channel,
                serverName,
                socket.remoteAddress().port(),
                timeout,
                ImmediateExecutor.INSTANCE)
            .handshakeFuture()
            .addListener(
                handshake -> {
                  if (handshake.isSuccess()) {
                    secured.tryComplete();
                  } else {
                    secured.tryFail(handshake.cause());
                  }
                });
    // a handshake does not even begin, nor time out, on a socket that the peer has closed already
    channel
        .closeFuture()
        .addListener(closed -> secured.tryFail("the peer closed the connection in the handshake"));
    return secured.future();
  }

  /** Whether {@link #startTls} failed because the peer took longer than the timeout. */
  public static boolean isHandshakeTimeout(Throwable failure) {
    return failure instanceof SslHandshakeTimeoutException;
  }

  public Future<Void> close() {
    return client.close();
  }
}
