package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.TestCertificates;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsContextTest {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();

  private final Vertx vertx = Vertx.vertx();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void tearDown() {
    channel.finishAndReleaseAll();
    vertx.close().await();
  }

  @Test
  void shouldReckonForAHandshakeWhenItsTurnComes() throws Exception {
    SslHandler handler = helloCame();

    tasks.remove().run();

    assertThat(handler.engine().getDelegatedTask()).isNull();
  }

  @Test
  void shouldReckonForNoHandshakeWhoseConnectionIsGone() throws Exception {
    SslHandler handler = helloCame();
    channel.unsafe().closeForcibly();

    tasks.remove().run();

    assertThat(handler.engine().getDelegatedTask()).isNotNull();
  }

  /** A client's first words have come, and what they make necessary waits for its turn. */
  private SslHandler helloCame() throws Exception {
    TlsContext tls =
        TlsContext.server(vertx, CERTIFICATES.serverCertificate(), CERTIFICATES.serverKey(), null);
    SslHandler handler = tls.install(channel, "127.0.0.1", 1, Duration.ofSeconds(30), tasks::add);
    SSLEngine client = CERTIFICATES.clientContext().createSSLEngine("127.0.0.1", 1);
    client.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    client.wrap(ByteBuffer.allocate(0), hello);
    channel.writeInbound(Unpooled.wrappedBuffer(hello.flip()));
    assertThat(tasks).hasSize(1);
    return handler;
  }
}
