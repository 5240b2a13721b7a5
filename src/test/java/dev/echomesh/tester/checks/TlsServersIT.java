package dev.echomesh.tester.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.testing.Checks;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** TLS servers of the JDK, each with a flaw of its own. */
class TlsServersIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();

  /** What a server does when its client has ended. */
  private interface End {
    void of(SSLSocket tls, Socket below) throws IOException;
  }

  @Test
  void shouldPassWhereTheEndIsAnnounced() throws Exception {
    try (Server server = new Server("TLSv1.3", (tls, below) -> tls.close())) {
      assertThat(server.check("tls", CERTIFICATES.ca().toString()).verdict())
          .isEqualTo(CheckVerdict.PASS);
    }
  }

  @Test
  void shouldFailWhereTheEndIsAFinAlone() throws Exception {
    try (Server server = new Server("TLSv1.3", (tls, below) -> below.shutdownOutput())) {
      CheckResult result = server.check("tls", CERTIFICATES.ca().toString());

      assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0))
          .endsWith("then the server ended TLS without close_notify");
    }
  }

  @Test
  void shouldSkipTheHalfCloseThatTls12DoesNotHave() throws Exception {
    try (Server server = new Server("TLSv1.2", (tls, below) -> tls.close())) {
      CheckResult result = server.check("half-close", CERTIFICATES.ca().toString());

      assertThat(result.verdict()).isEqualTo(CheckVerdict.SKIPPED);
      assertThat(result.evidence())
          .containsExactly("TLSv1.2 has no half-close: its close_notify ends both halves");
    }
  }

  @Test
  void shouldFailForACertificateThatNobodyTrusts() throws Exception {
    try (Server server = new Server("TLSv1.3", (tls, below) -> tls.close())) {
      CheckResult result = server.check("tls", CERTIFICATES.strangerCa().toString());

      assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0)).contains("no TLS: ").contains("certification path");
    }
  }

  @Test
  void shouldFailForACertificateOfAnotherName() throws Exception {
    try (Server server = new Server("127.0.0.2", "TLSv1.3", (tls, below) -> tls.close())) {
      CheckResult result = server.check("tls", CERTIFICATES.ca().toString());

      assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0)).contains("no TLS: ").contains("127.0.0.2");
    }
  }

  /** Echoes over TLS until the client has ended. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket socket;
    private final String protocol;
    private final End end;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Server(String protocol, End end) throws IOException {
      this("127.0.0.1", protocol, end);
    }

    Server(String address, String protocol, End end) throws IOException {
      this.protocol = protocol;
      this.end = end;
      this.socket = new ServerSocket();
      socket.bind(new InetSocketAddress(address, 0));
      start("accept", this::acceptAll);
    }

    CheckResult check(String name, String ca) {
      return Checks.one(
          name,
          socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort(),
          new JsonObject().put("tls", new JsonObject().put("caFile", ca)));
    }

    private void acceptAll() {
      try {
        while (true) {
          Socket client = socket.accept();
          open.add(client);
          start("client", () -> serve(client));
        }
      } catch (IOException closed) {
        // the test is over
      }
    }

    private void serve(Socket below) {
      try {
        SSLSocket tls =
            (SSLSocket)
                CERTIFICATES
                    .serverContext()
                    .getSocketFactory()
                    .createSocket(below, null, below.getPort(), false);
        tls.setUseClientMode(false);
        tls.setEnabledProtocols(new String[] {protocol});
        InputStream in = tls.getInputStream();
        OutputStream out = tls.getOutputStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
        }
        end.of(tls, below);
      } catch (IOException gone) {
        // as clients do
      }
    }

    private static void start(String role, Runnable task) {
      Thread thread = new Thread(task, "tls-server-" + role);
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      socket.close();
      for (Socket client : open) {
        client.close();
      }
    }
  }
}
