package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.TestCertificates;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeTimeoutIT {
  private final Vertx vertx = Vertx.vertx();
  private final CompletableFuture<@Nullable Throwable> closed = new CompletableFuture<>();

  @AfterEach
  void end() {
    var unused = LocalNode.await(vertx.close());
  }

  @Test
  void shouldTellWhyTheConnectionOfASilentClientEnded() throws Exception {
    TestCertificates files = TestCertificates.shared();
    TlsContext tls = TlsContext.server(vertx, files.serverCertificate(), files.serverKey(), null);
    NetServer server =
        LocalNode.await(
            vertx
                .createNetServer()
                .connectHandler(
                    accepted ->
                        TcpSocket.attachTls(
                            accepted, listener(), tls, Duration.ofMillis(50), Runnable::run))
                .listen(0, "127.0.0.1"));

    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      assertThat(SocketPair.get(closed)).isInstanceOf(SslHandshakeTimeoutException.class);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  private SocketListener listener() {
    return new SocketListener() {
      @Override
      public void received(Chunk chunk) {
        chunk.release();
      }

      @Override
      public void peerEnded(PeerEnd end) {}

      @Override
      public void closed(@Nullable Throwable cause) {
        closed.complete(cause);
      }
    };
  }
}
