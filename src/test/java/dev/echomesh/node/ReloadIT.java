package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.NodeProcess;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node process follows its file, as an operator edits it. */
class ReloadIT {
  private static final String BAD = "WARN|ERROR|Exception";
  private static final String TOKEN = "a-token-of-this-test";

  private final Path directory;
  private final Path file;

  ReloadIT(@TempDir Path directory) {
    this.directory = directory;
    this.file = directory.resolve("node.yaml");
  }

  @Test
  void shouldFollowTheFileAndRefuseABadOneInOneLine() throws IOException {
    List<Integer> ports = FreePorts.several(3);
    int a = ports.get(0);
    int b = ports.get(1);
    int moved = ports.get(2);
    String first = endpoints("{name: a, port: %d}".formatted(a));
    Files.writeString(file, first);
    try (NodeProcess node = NodeProcess.start(file).awaitSelfTest();
        OpenConnection old = OpenConnection.to(a)) {
      assertThat(old.echoes(10)).isTrue();

      // in place, in two writes: the first is a valid file of its own
      Files.writeString(file, "echo:\n  endpoints:\n");
      Files.writeString(
          file, endpoints("{name: a, port: %d}, {name: b, port: %d}".formatted(a, b)));
      node.awaitLog("endpoint b listening on 127.0.0.1:" + b);
      assertServed(a);
      assertServed(b);
      assertThat(node.logged(BAD)).isEmpty();

      Files.writeString(file, endpoints("{name: a, prt: 7}"));
      node.awaitLog("refused, the running configuration stays: .*prt: unknown key .*port");
      assertServed(b);

      Files.delete(file);
      node.awaitLog("node.yaml: cannot be read; the running configuration stays");
      assertServed(b);

      Files.writeString(file, "echo: {endpoints: [{name: a, po");
      node.awaitLog("refused, the running configuration stays: \\S*node.yaml:1:\\d+: ");
      assertServed(a);
      assertServed(b);
      assertThat(node.logged(BAD)).hasSize(3);

      // as editors and config maps do it
      Path next =
          Files.writeString(
              directory.resolve("next"), endpoints("{name: a, port: %d}".formatted(moved)));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      node.awaitLog("endpoint a listening on 127.0.0.1:" + moved);
      assertServed(moved);
      node.awaitLog("endpoint a closes port " + a);
      node.awaitLog("endpoint b closes port " + b);
      awaitRefused(a);
      awaitRefused(b);
      // the old connection has got all that it is owed: it is asked to end, and can do so in peace
      assertThat(old.readToEnd()).isZero();

      node.process().terminate();
      assertThat(node.process().awaitExit(java.time.Duration.ofSeconds(20))).isZero();
      assertThat(node.logged(BAD)).hasSize(3);
      assertThat(node.logged("changed, follows")).hasSize(2);
    }
  }

  @Test
  void shouldSayInOneLineWhyAnEndpointCannotMoveAndTakeUpTheNextChange() throws IOException {
    int port = FreePorts.one();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(file, endpoints("{name: a, port: %d}".formatted(port)));
      try (NodeProcess node = NodeProcess.start(file).awaitSelfTest();
          OpenConnection old = OpenConnection.to(port)) {
        assertThat(old.echoes(10)).isTrue();

        Files.writeString(file, endpoints("{name: a, port: %d}".formatted(taken.getLocalPort())));
        assertThat(node.awaitLog("ERROR.*"))
            .contains(
                "endpoint a: cannot listen on 127.0.0.1:" + taken.getLocalPort(),
                "in use",
                "choose another port");
        assertServed(port);

        Files.writeString(
            file, endpoints("{name: a, port: %d, maxConnections: 1}".formatted(port)));
        node.awaitLog("changed, follows");
        awaitTurnedAway(port);
        assertThat(old.echoes(10)).as("through it all").isTrue();

        Files.writeString(
            file,
            "# only a comment more\n"
                + endpoints("{name: a, port: %d, maxConnections: 1}".formatted(port)));
        Files.writeString(
            file,
            "# only a comment more\n"
                + endpoints("{name: a, port: %d}, {name: b, port: 0}".formatted(port)));
        node.awaitLog("endpoint b listening");
        assertThat(old.echoes(10)).isTrue();
        assertThat(node.logged(BAD)).hasSize(1);
        assertThat(node.logged("endpoint a listening|endpoint a closes")).hasSize(1);
      }
    }
  }

  @Test
  void shouldTryAgainWhenAskedToWhatCouldNotBeDone() throws IOException {
    List<Integer> ports = FreePorts.several(2);
    Path tokens = Files.writeString(directory.resolve("tokens"), TOKEN + "\n");
    String web = "web: {enabled: true, port: %d, tokenFile: %s}\n".formatted(ports.get(1), tokens);
    String a = "{name: a, port: %d}".formatted(ports.get(0));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Files.writeString(file, endpoints(a) + web);
      try (NodeProcess node = NodeProcess.start(file).awaitSelfTest()) {
        Files.writeString(file, endpoints(a + ", {name: b, port: %d}".formatted(port)) + web);
        for (int i = 0; i < 2; i++) {
          HttpCall.Reply refused = reload(ports.get(1));
          assertThat(refused.status()).as(refused.body()).isEqualTo(409);
          assertThat(refused.json().getString("detail"))
              .contains("endpoint b: cannot listen on 127.0.0.1:" + port);
        }

        free(taken);
        assertThat(reload(ports.get(1)).json().getBoolean("changed")).isTrue();

        assertServed(port);
        assertThat(reload(ports.get(1)).json().getBoolean("changed")).isFalse();
        assertThat(node.logged("endpoint a closes")).isEmpty();
      }
    }
  }

  private static void free(ServerSocket taken) throws IOException {
    taken.close();
  }

  private static HttpCall.Reply reload(int port) {
    return HttpCall.of("http://127.0.0.1:" + port + "/", "POST", "/api/v1/reload")
        .token(TOKEN)
        .send();
  }

  @Test
  void shouldTakeUpRenewedTlsFilesOnceTheyArePair() throws IOException {
    TestCertificates all = TestCertificates.shared();
    Path certificate = Files.copy(all.serverCertificate(), directory.resolve("cert.pem"));
    Path key = Files.copy(all.serverKey(), directory.resolve("key.pem"));
    int port = FreePorts.one();
    Files.writeString(
        file,
        endpoints(
            "{name: a, port: %d, tls: {certFile: %s, keyFile: %s}}"
                .formatted(port, certificate, key)));
    try (NodeProcess node = NodeProcess.start(file).awaitSelfTest()) {
      Files.writeString(certificate, Files.readString(all.strangerCertificate()));
      node.awaitLog("ERROR.*endpoint a: tls.keyFile .* not the key of the certificate");
      assertThat(PlainClient.to(port).bytes(10).tls(all.clientContext()).run().exact()).isTrue();

      Files.writeString(key, Files.readString(all.strangerKey()));
      awaitDistrusted(port, all);
      assertThat(node.logged(BAD)).hasSize(1);
      assertThat(node.logged("endpoint a listening|endpoint a closes")).hasSize(1);
    }
  }

  private static String endpoints(String list) {
    return "echo: {drainTimeout: 10s, endpoints: [" + list + "]}\n";
  }

  private static void assertServed(int port) throws IOException {
    try (OpenConnection client = OpenConnection.to(port)) {
      assertThat(client.echoes(100)).as("port %d", port).isTrue();
    }
  }

  private static void awaitRefused(int port) {
    Patience.until("port " + port + " is closed", () -> OpenConnection.isRefused(port));
  }

  private static void awaitTurnedAway(int port) {
    Patience.until(
        "port " + port + " turns clients away",
        () -> {
          try (OpenConnection client = OpenConnection.to(port)) {
            return !client.echoes(1);
          } catch (IOException reset) {
            return true;
          }
        });
  }

  private static void awaitDistrusted(int port, TestCertificates certificates) {
    Patience.until(
        "the stranger's certificate is shown",
        () -> {
          try {
            assertThat(
                    PlainClient.to(port).bytes(9).tls(certificates.clientContext()).run().exact())
                .isTrue();
            return false;
          } catch (SSLHandshakeException distrusted) {
            return true;
          }
        });
  }
}
