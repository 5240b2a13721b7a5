package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint that goes, and a node that closes, in this JVM. */
class DrainIT {
  private static final byte[] BYTES = OpenConnection.pattern(1_000_000);

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldDrainARemovedEndpointWhileTheOthersGoOn(int instances) throws IOException {
    String both =
        """
        echo:
          instances: %d
          drainTimeout: 30s
          endpoints: [{name: gone, port: 0}, {name: stays, port: 0}]
        """
            .formatted(instances);
    try (LocalNode node = LocalNode.start(both);
        OpenConnection owed = OpenConnection.withReceiveBuffer(4096, node.port("gone"));
        OpenConnection quiet = OpenConnection.to(node.port("gone"));
        OpenConnection other = OpenConnection.to(node.port("stays"))) {
      int port = node.port("gone");
      owed.send(BYTES);
      node.await("gone", info -> info.bytesReceived() == BYTES.length);
      assertThat(other.echoes(10)).isTrue();

      node.follow(both.replace("{name: gone, port: 0}, ", ""));

      assertThat(node.infos()).extracting(EndpointInfo::name).containsExactly("stays");
      assertThat(quiet.readToEnd()).isZero();
      assertThatThrownBy(() -> OpenConnection.to(port)).isInstanceOf(ConnectException.class);
      assertThat(other.echoes(1000)).isTrue();
      assertThat(owed.read(BYTES.length)).isEqualTo(BYTES);
      assertThat(owed.readToEnd()).isZero();
      assertThat(other.echoes(1000)).isTrue();
    }
  }

  @Test
  void shouldCutTheStalledClientsOfARemovedEndpointAtTheDeadline() throws IOException {
    String both =
        "echo: {drainTimeout: 500ms, endpoints: [{name: gone, port: 0}, {name: stays, port: 0}]}";
    try (LocalNode node = LocalNode.start(both);
        OpenConnection stalled = OpenConnection.withReceiveBuffer(4096, node.port("gone"));
        OpenConnection other = OpenConnection.to(node.port("stays"))) {
      stalled.send(BYTES);
      node.await("gone", info -> info.bytesReceived() == BYTES.length);

      node.follow(both.replace("{name: gone, port: 0}, ", ""));

      assertThat(other.echoes(1000)).isTrue();
      stalled.awaitReset(Duration.ofSeconds(10));
      assertThat(other.echoes(1000)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  void shouldNotBeKeptFromClosingByAnyKindOfClient(String transport) throws IOException {
    TestCertificates certificates = TestCertificates.shared();
    LocalNode node =
        LocalNode.start(
            """
            node: {transport: %s}
            echo:
              instances: 2
              drainTimeout: 300ms
              endpoints:
                - {name: plain, port: 0}
                - {name: secure, port: 0, tls: {certFile: %s, keyFile: %s}}
            """
                .formatted(transport, certificates.serverCertificate(), certificates.serverKey()));
    try (OpenConnection stalled = OpenConnection.withReceiveBuffer(4096, node.port("plain"));
        OpenConnection finished = OpenConnection.withReceiveBuffer(4096, node.port("plain"));
        OpenConnection silent = OpenConnection.to(node.port("plain"));
        OpenConnection beforeHandshake = OpenConnection.to(node.port("secure"));
        OpenConnection inHandshake = OpenConnection.to(node.port("secure"))) {
      stalled.send(BYTES);
      finished.send(BYTES);
      finished.endOutput();
      inHandshake.send(new byte[] {22, 3, 1, 2, 0, 1});
      node.await("plain", info -> info.bytesReceived() == 2L * BYTES.length);
      assertThat(silent.echoes(1)).isTrue();
      long start = System.nanoTime();

      node.close();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(silent.isEnded()).isTrue();
      assertThat(beforeHandshake.isEnded()).isTrue();
      assertThat(inHandshake.isEnded()).isTrue();
      stalled.awaitReset(Duration.ofSeconds(10));
      finished.awaitReset(Duration.ofSeconds(10));
    }
  }
}
