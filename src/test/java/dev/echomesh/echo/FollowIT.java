package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.StartException;
import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A running node that is told another configuration, in this JVM. */
class FollowIT {
  private final TestCertificates certificates = TestCertificates.shared();

  @Test
  void shouldOpenAnEndpointThatWasAdded() throws IOException {
    int port = FreePorts.one();
    try (LocalNode node = LocalNode.start(endpoints("{name: a, port: 0}"));
        OpenConnection before = OpenConnection.to(node.port("a"))) {
      assertThat(before.echoes(10)).isTrue();

      node.follow(endpoints("{name: a, port: 0}, {name: b, port: %d}".formatted(port)));

      assertServed(port);
      assertThat(before.echoes(10)).isTrue();
      assertThat(node.info("a")).returns(1L, EndpointInfo::accepted);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldMoveAnEndpointAndServeItsOldConnectionsToTheirEnd(int instances) throws IOException {
    List<Integer> ports = FreePorts.several(2);
    String yaml = "{echo: {instances: %d, endpoints: [{name: a, port: %d}, {name: b, port: 0}]}}";
    byte[] owed = OpenConnection.pattern(500_000);
    try (LocalNode node = LocalNode.start(yaml.formatted(instances, ports.get(0)));
        OpenConnection moved = OpenConnection.withReceiveBuffer(4096, ports.get(0));
        OpenConnection other = OpenConnection.to(node.port("b"))) {
      moved.send(owed);
      node.await("a", info -> info.bytesReceived() == owed.length);
      assertThat(other.echoes(10)).isTrue();

      node.follow(yaml.formatted(instances, ports.get(1)));

      assertServed(ports.get(1));
      awaitRefused(ports.get(0));
      assertThat(other.echoes(10)).isTrue();
      assertThat(moved.read(owed.length)).isEqualTo(owed);
      assertThat(moved.readToEnd()).isZero();
    }
  }

  @Test
  void shouldStillTellWhatItCountedOnAPortThatIsNoLongerOpen() throws IOException {
    List<Integer> ports = FreePorts.several(2);
    int from = ports.get(0);
    int to = ports.get(1);
    String moving = "{name: a, port: %d}, {name: b, port: 0}";
    byte[] owed = OpenConnection.pattern(500_000);
    try (LocalNode node = LocalNode.start(endpoints(moving.formatted(from)));
        OpenConnection ended = OpenConnection.to(from);
        OpenConnection draining = OpenConnection.withReceiveBuffer(4096, from)) {
      assertThat(ended.echoes(1000)).isTrue();
      ended.endOutput();
      assertThat(ended.readToEnd()).isZero();
      draining.send(owed);
      node.await("a", info -> info.bytesReceived() == 1000 + owed.length);

      node.follow(endpoints(moving.formatted(to)));
      try (OpenConnection moved = OpenConnection.to(to)) {
        assertThat(moved.echoes(10)).isTrue();
        awaitCounted(node, from, ended, 1000, false);
        awaitCounted(node, from, draining, owed.length, true);
        awaitCounted(node, to, moved, 10, true);
        assertThat(node.connection(to, ended.localPort())).isEmpty();
      }

      node.follow(endpoints("{name: b, port: 0}"));
      assertThat(draining.read(owed.length)).isEqualTo(owed);
      assertThat(draining.readToEnd()).isZero();
      draining.leave();
      Patience.until(
          "the drained connection is known and ended",
          () ->
              node.connection(from, draining.localPort())
                  .filter(counted -> !counted.open() && counted.bytesSent() == owed.length)
                  .isPresent());
      awaitCounted(node, from, ended, 1000, false);
    }
  }

  @Test
  void shouldApplyLimitsToNewConnectionsWithoutRebinding() throws IOException {
    int port = FreePorts.one();
    String endpoint = "{name: a, port: " + port;
    try (LocalNode node = LocalNode.start(endpoints(endpoint + "}"));
        OpenConnection old = OpenConnection.to(port)) {
      assertThat(old.echoes(10)).isTrue();

      node.follow(endpoints(endpoint + ", allow: [127.0.0.2]}"));
      assertThat(isEndedAtOnce(port)).isTrue();
      try (OpenConnection listed = OpenConnection.from("127.0.0.2", port)) {
        assertThat(listed.echoes(10)).isTrue();
      }
      assertThat(old.echoes(10)).isTrue();
      node.await("a", info -> info.connections() == 1);

      node.follow(endpoints(endpoint + ", maxConnections: 1}"));
      assertThat(isEndedAtOnce(port)).isTrue();
      assertThat(old.echoes(10)).isTrue();

      node.follow(endpoints(endpoint + ", mode: framed, frameLength: 100}"));
      try (OpenConnection framed = OpenConnection.to(port)) {
        framed.send(OpenConnection.pattern(150));
        assertThat(framed.read(100)).isEqualTo(OpenConnection.pattern(100));
        framed.endOutput();
        assertThat(framed.readToEnd()).isZero();
      }
      assertThat(old.echoes(7)).isTrue();
      node.await("a", info -> info.truncated() == 1);

      node.follow(endpoints(endpoint + ", idleTimeout: 200ms}"));
      try (OpenConnection idle = OpenConnection.to(port)) {
        assertThat(idle.readToEnd()).isZero();
      }
      assertThat(old.echoes(10)).as("an old connection keeps its timeout").isTrue();

      // counters go on: the listener was never another
      assertThat(node.info("a"))
          .returns(4L, EndpointInfo::accepted)
          .extracting(EndpointInfo::rejected)
          .asInstanceOf(
              org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Long.class))
          .containsEntry("max_connections", 1L)
          .containsEntry("not_allowed", 1L)
          .containsEntry("tls", 0L);
    }
  }

  @Test
  void shouldNotCutAnIdleClientEarlyWhenTheTimeoutGrows() throws IOException {
    String yaml = "{name: a, port: 0, idleTimeout: %s}";
    try (LocalNode node = LocalNode.start(endpoints(yaml.formatted("300ms")));
        OpenConnection impatient = OpenConnection.to(node.port("a"))) {
      // served, or the node could take it in after the change
      assertThat(impatient.echoes(1)).isTrue();
      node.follow(endpoints(yaml.formatted("4s")));
      try (OpenConnection patient = OpenConnection.to(node.port("a"))) {
        long start = System.nanoTime();
        assertThat(impatient.readToEnd()).isZero();
        assertThat(patient.readToEnd()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isGreaterThanOrEqualTo(Duration.ofMillis(3900));
      }
    }
  }

  @Test
  void shouldSwitchTlsOnAndOffOnTheSamePortWhileOldClientsGoOn() throws IOException {
    int port = FreePorts.one();
    String plain = "echo: {drainTimeout: 20s, endpoints: [{name: a, port: %d}]}".formatted(port);
    String tls = plain.replace("}]}", ", " + tls() + "}]}");
    byte[] owed = OpenConnection.pattern(500_000);
    try (LocalNode node = LocalNode.start(plain);
        OpenConnection old = OpenConnection.withReceiveBuffer(4096, port)) {
      old.send(owed);
      node.await("a", info -> info.bytesReceived() == owed.length);

      node.follow(tls);
      assertThat(node.info("a").tls()).isEqualTo("on");
      assertSecure(port);
      assertThat(PlainClient.to(port).bytes(10).run().exact()).as("plain").isFalse();

      node.follow(tls.replace("}}]}", ", clientCaFile: " + certificates.ca() + "}}]}"));
      assertThat(node.info("a").tls()).isEqualTo("mutual");
      assertThat(
              PlainClient.to(port)
                  .bytes(1000)
                  .tls(certificates.clientContextWithCertificate())
                  .run()
                  .exact())
          .isTrue();

      node.follow(plain);
      assertThat(node.info("a").tls()).isEqualTo("off");
      assertServed(port);
      assertThat(old.read(owed.length)).isEqualTo(owed);
      assertThat(old.echoes(1000)).isTrue();
    }
  }

  @Test
  void shouldShowARenewedCertificateOnTheSameListener(@TempDir Path directory) throws IOException {
    Path certificate = Files.copy(certificates.serverCertificate(), directory.resolve("cert.pem"));
    Path key = Files.copy(certificates.serverKey(), directory.resolve("key.pem"));
    TestCertificates renewed =
        TestCertificates.createIn(Files.createDirectory(directory.resolve("renewed")));
    String yaml =
        endpoints(
            "{name: a, port: 0, tls: {certFile: %s, keyFile: %s}}".formatted(certificate, key));
    try (LocalNode node = LocalNode.start(yaml)) {
      int port = node.port("a");
      assertSecure(port);

      Files.writeString(certificate, Files.readString(renewed.serverCertificate()));
      assertThatThrownBy(() -> node.follow(yaml))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("endpoint a: tls.keyFile " + key + ": not the key");
      assertSecure(port);

      Files.writeString(key, Files.readString(renewed.serverKey()));
      node.follow(yaml);
      assertThat(node.port("a")).isEqualTo(port);
      assertThat(PlainClient.to(port).bytes(10).tls(renewed.clientContext()).run().exact())
          .isTrue();
    }
  }

  @Test
  void shouldLetEndpointsSwapAndInheritPorts() throws IOException {
    List<Integer> ports = FreePorts.several(2);
    String yaml = "{name: a, port: %d}, {name: b, port: %d, mode: framed}";
    try (LocalNode node = LocalNode.start(endpoints(yaml.formatted(ports.get(0), ports.get(1))))) {
      assertServed(ports.get(0));

      node.follow(endpoints(yaml.formatted(ports.get(1), ports.get(0))));
      assertThat(node.info("a")).returns(ports.get(1), EndpointInfo::port);
      assertServed(ports.get(1));
      assertThat(node.info("a")).returns(1L, EndpointInfo::accepted);
      assertThat(node.info("b")).returns(0L, EndpointInfo::accepted);

      String renamed = "{name: c, port: %d, %s}".formatted(ports.get(1), tls());
      node.follow(endpoints(renamed));
      assertThat(node.infos()).extracting(EndpointInfo::name).containsExactly("c");
      assertSecure(ports.get(1));
      awaitRefused(ports.get(0));
    }
  }

  @Test
  void shouldOpenUpFromLoopbackToEveryAddressOnTheSamePort() throws IOException {
    int port = FreePorts.one();
    String yaml = "{name: a, host: '%s', port: " + port + "}";
    try (LocalNode node = LocalNode.start(endpoints(yaml.formatted("127.0.0.1")));
        OpenConnection old = OpenConnection.to(port)) {
      assertThat(old.echoes(5)).isTrue();
      for (String host : List.of("0.0.0.0", "::", "127.0.0.1")) {
        node.follow(endpoints(yaml.formatted(host)));
        assertThat(node.info("a").host()).isEqualTo(host);
        assertServed(port);
      }
    }
  }

  @Test
  void shouldStayWhereItIsIfItCannotMove() throws IOException {
    int port = FreePorts.one();
    String yaml = "{name: a, host: %s, port: %d}, {name: b, port: 0, maxConnections: %d}";
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LocalNode node = LocalNode.start(endpoints(yaml.formatted("127.0.0.1", port, 5)));
        OpenConnection old = OpenConnection.to(port)) {
      assertThat(old.echoes(10)).isTrue();

      assertThatThrownBy(
              () -> node.follow(endpoints(yaml.formatted("127.0.0.1", taken.getLocalPort(), 1))))
          .isInstanceOf(StartException.class)
          .hasMessageMatching("endpoint a: cannot listen on 127\\.0\\.0\\.1:\\d+: .*in use; .*");
      assertThat(node.port("a")).isEqualTo(port);
      assertServed(port);
      assertThat(old.echoes(10)).as("untouched").isTrue();
      try (OpenConnection one = OpenConnection.to(node.port("b"))) {
        assertThat(one.echoes(1)).isTrue();
        assertThat(isEndedAtOnce(node.port("b"))).as("the rest is applied").isTrue();
      }

      // it had to give its port up for this one, and takes it back
      assertThatThrownBy(() -> node.follow(endpoints(yaml.formatted("192.0.2.1", port, 5))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("not an address of this machine");
      assertServed(port);
      assertThat(node.info("a").host()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void shouldNotShareThePortOfAnEndpointThatCouldNotMove() throws IOException {
    List<Integer> ports = FreePorts.several(2);
    String yaml =
        "{name: a, port: %d, tls: {certFile: %s, keyFile: %s}}, {name: b, port: %%d}"
            .formatted(ports.get(0), certificates.serverCertificate(), certificates.serverKey());
    try (LocalNode node = LocalNode.start(endpoints(yaml.formatted(0)))) {
      String wrongKey =
          yaml.replace("port: " + ports.get(0), "port: " + ports.get(1))
              .replace(certificates.serverKey().toString(), certificates.strangerKey().toString());

      assertThatThrownBy(() -> node.follow(endpoints(wrongKey.formatted(ports.get(0)))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("endpoint a: tls.keyFile")
          .hasMessageContaining(
              "endpoint b: cannot listen on 127.0.0.1:%d: endpoint a is still there"
                  .formatted(ports.get(0)));

      for (int i = 0; i < 4; i++) {
        assertThat(
                PlainClient.to(ports.get(0))
                    .bytes(100)
                    .tls(certificates.clientContext())
                    .run()
                    .exact())
            .as("every client is a's")
            .isTrue();
      }
      assertServed(node.port("b"));
    }
  }

  @Test
  void shouldFollowOneConfigurationAfterTheOther() throws IOException {
    List<Integer> ports = FreePorts.several(2);
    try (LocalNode node =
        LocalNode.start(endpoints("{name: a, port: %d}".formatted(ports.get(0))))) {
      var futures =
          List.of(1, 0, 1, 0, 1).stream()
              .map(i -> LocalNode.parse(endpoints("{name: a, port: %d}".formatted(ports.get(i)))))
              .map(config -> node.node().follow(config))
              .toList();

      futures.forEach(LocalNode::await);

      assertServed(ports.get(1));
      awaitRefused(ports.get(0));
    }
  }

  @Test
  void shouldTakeAnotherNumberOfInstances() throws IOException {
    int port = FreePorts.one();
    String yaml = "echo: {instances: %d, endpoints: [{name: a, port: " + port + "}]}";
    try (LocalNode node = LocalNode.start(yaml.formatted(1))) {
      for (int instances : new int[] {3, 1, 2}) {
        node.follow(yaml.formatted(instances));
        assertServed(port);
      }
    }
  }

  private String tls() {
    return "tls: {certFile: %s, keyFile: %s}"
        .formatted(certificates.serverCertificate(), certificates.serverKey());
  }

  private void assertSecure(int port) throws IOException {
    assertThat(PlainClient.to(port).bytes(1000).tls(certificates.clientContext()).run().exact())
        .isTrue();
  }

  private static String endpoints(String list) {
    return "echo: {endpoints: [" + list + "]}";
  }

  private static void assertServed(int port) throws IOException {
    try (OpenConnection client = OpenConnection.to(port)) {
      assertThat(client.echoes(100)).isTrue();
    }
  }

  private static boolean isEndedAtOnce(int port) throws IOException {
    try (OpenConnection client = OpenConnection.to(port)) {
      return client.isEnded();
    }
  }

  private static void awaitCounted(
      LocalNode node, int port, OpenConnection client, long received, boolean open) {
    Patience.until(
        "%d bytes are counted of a connection to port %d, open: %s".formatted(received, port, open),
        () ->
            node.connection(port, client.localPort())
                .filter(counted -> counted.bytesReceived() == received && counted.open() == open)
                .isPresent());
  }

  private static void awaitRefused(int port) {
    Patience.until("port " + port + " is closed", () -> OpenConnection.isRefused(port));
  }
}
