package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.Transport;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.RunningNode;
import dev.echomesh.testing.StalledPeer;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that does not read ends its half while the node has stopped reading it, and reads later.
 * A FIN wakes the event loop; it must not make it read on. Not on io_uring, where Netty does.
 */
class StalledHalfCloseIT {
  private static final int KIB = 1024;

  /** Of unsent echoes of one client, as the README promises. */
  private static final long BOUND = 256 * KIB;

  /** Waits in the node's kernel when the FIN arrives; to be over the bound if it were read then. */
  private static final long UNREAD = 320 * KIB;

  /** The kernel of a node that decrypts widens its window less. */
  private static final long UNREAD_TLS = 80 * KIB;

  /** In one go, so that the node's kernel sees it read fast and widens its window. */
  private static final int BURST = 1024 * KIB;

  private static Stream<Arguments> paths() {
    return Stream.of(Transport.EPOLL, Transport.NIO)
        .flatMap(
            transport ->
                Stream.of(
                    Arguments.of(transport, "plain", UNREAD),
                    Arguments.of(transport, "tls", UNREAD_TLS)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("paths")
  void shouldNotReadOnWhenAClientEndsThatDoesNotRead(
      Transport transport, String endpoint, long unread) throws IOException {
    try (RunningNode node = start(transport);
        OpenConnection client = connect(node, endpoint);
        OpenConnection witness = OpenConnection.to(node.port("witness"))) {
      int port = node.port(endpoint);
      long sent = sendUntilStalled(client, port, unread, witness);
      client.endOutput();
      StalledPeer.awaitEnds(port, Set.of(client.localPort()));

      assertHeldWithinBound(node, endpoint, witness);
      // TLS may have read the rest of a record
      assertThat(StalledPeer.unread(port, client.localPort())).isPositive();

      for (long read = 0; read < sent; ) {
        int count = (int) Math.min(sent - read, 256 * KIB);
        assertThat(client.read(count)).hasSize(count);
        read += count;
        assertHeldWithinBound(node, endpoint, witness);
      }
      assertThat(client.readToEnd()).isZero();
      assertThat(node.idleEndpoint(endpoint))
          .returns(sent, EndpointInfo::bytesReceived)
          .returns(sent, EndpointInfo::bytesSent)
          .returns(0L, EndpointInfo::cut)
          .returns(0L, EndpointInfo::truncated);
    }
  }

  private static long sendUntilStalled(
      OpenConnection client, int port, long unread, OpenConnection witness) throws IOException {
    client.send(new byte[BURST]);
    long sent = BURST;
    do {
      sent +=
          StalledPeer.fill(
              port,
              unread,
              Map.of(
                  client.localPort(),
                  count -> {
                    client.send(new byte[count]);
                    return count;
                  }));
      letTheEventLoopTurn(witness);
    } while (StalledPeer.unread(port, client.localPort()) < unread);
    return sent;
  }

  /** What had happened before is handled then: the witness is served by the same event loop. */
  private static void letTheEventLoopTurn(OpenConnection witness) throws IOException {
    assertThat(witness.echoes(1)).isTrue();
    assertThat(witness.echoes(1)).isTrue();
  }

  private static void assertHeldWithinBound(
      RunningNode node, String endpoint, OpenConnection witness) throws IOException {
    letTheEventLoopTurn(witness);
    EndpointInfo info = node.endpoint(endpoint);
    assertThat(info.bytesReceived() - info.bytesSent()).isBetween(0L, BOUND);
  }

  private static OpenConnection connect(RunningNode node, String endpoint) throws IOException {
    return endpoint.equals("tls")
        ? OpenConnection.secure(TestCertificates.shared().clientContext(), node.port("tls"))
        : OpenConnection.to(node.port(endpoint));
  }

  private static RunningNode start(Transport transport) {
    TestCertificates certificates = TestCertificates.shared();
    return RunningNode.startOn(
        transport,
        """
        echo:
          instances: 1
          endpoints:
            - {name: plain, port: 0}
            - {name: tls, port: 0, tls: {certFile: '%s', keyFile: '%s'}}
            - {name: witness, port: 0}
        """
            .formatted(certificates.serverCertificate(), certificates.serverKey()));
  }
}
