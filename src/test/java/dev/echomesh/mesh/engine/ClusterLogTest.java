package dev.echomesh.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.CapturedLog;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jgroups.logging.Log;
import org.jgroups.logging.LogFactory;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * In an operator's words; every test has another end of its own, of which once a minute is said.
 */
class ClusterLogTest {
  private final Log log;

  ClusterLogTest() {
    ClusterLog.install();
    log = LogFactory.getLog(TCP.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "203.0.113.1; PKIX path building failed; its certificate is not of an authority in"
            + " mesh.tls.caFile",
        "203.0.113.2; Received fatal alert: bad_certificate; it does not take this node's"
            + " certificate (bad certificate)",
        "203.0.113.3; Unsupported record version; the TLS handshake failed: Unsupported record"
            + " version"
      })
  void shouldSayInOneLineWhyTlsKeepsAnotherEndApart(String peer, String why, String said) {
    try (CapturedLog captured = CapturedLog.start()) {
      receive(peer, new SSLException(why));
      receive(peer, new SSLException(why));

      assertThat(captured.text().lines().filter(line -> line.contains(peer)))
          .singleElement()
          .asString()
          .endsWith("no cluster connection with " + peer + ": " + said);
      assertThat(captured.text()).doesNotContain("\tat ");
    }
  }

  @Test
  void shouldNameTheEndThatCouldNotBeConnectedTo() throws Exception {
    try (CapturedLog captured = CapturedLog.start()) {
      log.trace(
          "%s: failed connecting to %s: %s",
          "a",
          new IpAddress(InetAddress.getByName("203.0.113.4"), 7800),
          new SSLException("PKIX path validation failed"));

      assertThat(captured.text()).contains("no cluster connection with 203.0.113.4: its");
    }
  }

  /** JGroups closes the socket first, and that is the only cause it tells. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNotBlameCertificatesForAnEndThatWasAgreedOnOrIsNone(boolean handshake)
      throws Exception {
    TestCertificates certificates = TestCertificates.shared();
    try (CapturedLog captured = CapturedLog.start();
        ServerSocket server =
            certificates
                .serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
        SSLSocket accepted = (SSLSocket) server.accept()) {
      accepted.setSoTimeout(20_000);
      if (handshake) {
        SSLSocket secured =
            (SSLSocket)
                certificates
                    .clientContext()
                    .getSocketFactory()
                    .createSocket(client, "localhost", server.getLocalPort(), true);
        CompletableFuture<Void> agreed = CompletableFuture.runAsync(() -> begin(secured));
        accepted.startHandshake();
        agreed.join();
      }
      end(accepted);

      log.warn("AcceptError", accepted.getLocalAddress(), accepted, new SocketException("closed"));

      if (handshake) {
        assertThat(captured.text()).doesNotContain("WARN");
      } else {
        assertThat(captured.text())
            .contains("the TLS handshake was not completed: it ended, it is no node of a mesh, or");
      }
    }
  }

  private static void end(Socket socket) throws IOException {
    socket.close();
  }

  private static void begin(SSLSocket socket) {
    try {
      socket.startHandshake();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a thread of JGroups that has received something. */
  private void receive(String peer, SSLException refusal) {
    Thread receiver =
        new Thread(
            () -> log.warn("failed handling message", refusal),
            "Connection.Receiver [127.0.0.1:7800 - " + peer + ":41234]-1");
    receiver.start();
    try {
      receiver.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
