package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Probing;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Which connections over TLS make the whole handshake. */
class TlsSessionsIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();
  private static final int CONNECTIONS = 5;

  @Test
  void shouldMakeTheWholeHandshakeForEachConnectionOfATest() throws IOException {
    try (Server server = new Server()) {
      CommandRun run =
          CommandRun.of(
              "test",
              server.target(),
              "--mode",
              "connect",
              "--count",
              String.valueOf(CONNECTIONS),
              "--tls-ca",
              CERTIFICATES.ca().toString());

      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(server.sessions).hasSize(CONNECTIONS).doesNotHaveDuplicates();
    }
  }

  @Test
  void shouldTakeUpTheSessionOfTheProbeBefore() throws IOException {
    try (Server server = new Server();
        LocalNode node = LocalNode.start("echo: {endpoints: []}")) {
      JsonObject tls = new JsonObject().put("caFile", CERTIFICATES.ca().toString());
      Probing probe =
          Probing.open(
              node.node().vertx(),
              new JsonObject()
                  .put("target", server.target())
                  .put("kind", "connect")
                  .put("tls", tls));

      for (int i = 0; i < CONNECTIONS; i++) {
        assertThat(probe.sample(1).problem()).isNull();
      }

      assertThat(server.sessions).hasSize(CONNECTIONS).containsOnly(server.sessions.element());
    }
  }

  /** Echoes to one client after the other and tells their sessions apart by their beginning. */
  private static final class Server implements AutoCloseable {
    private final Queue<Long> sessions = new ConcurrentLinkedQueue<>();
    private final SSLServerSocket socket;

    Server() throws IOException {
      socket =
          (SSLServerSocket)
              CERTIFICATES
                  .serverContext()
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(this::serveAll, "tls-sessions-server");
      thread.setDaemon(true);
      thread.start();
    }

    String target() {
      return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serveAll() {
      while (!socket.isClosed()) {
        try (SSLSocket client = (SSLSocket) socket.accept()) {
          waitForAnotherMillisecond();
          serve(client);
        } catch (IOException gone) {
          // clients end by reset, and the server's end ends this
        }
      }
    }

    private static void waitForAnotherMillisecond() {
      long now = System.currentTimeMillis();
      while (System.currentTimeMillis() == now) {
        Thread.onSpinWait();
      }
    }

    private void serve(SSLSocket client) throws IOException {
      sessions.add(client.getSession().getCreationTime());
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
