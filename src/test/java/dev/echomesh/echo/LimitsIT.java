package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.testing.EventLoops;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Programs;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsIT {
  @ParameterizedTest
  @ValueSource(strings = {"1", "4"})
  void shouldServeNoMoreThanTheEndpointsConnections(String instances) throws IOException {
    try (LocalNode node =
            LocalNode.start(
                """
                echo:
                  instances: %s
                  endpoints: [{name: echo, port: 0, maxConnections: 2}]
                """
                    .formatted(instances));
        OpenConnection first = OpenConnection.to(node.port("echo"));
        OpenConnection second = OpenConnection.to(node.port("echo"))) {
      assertThat(first.echoes(1)).isTrue();
      assertThat(second.echoes(1)).isTrue();

      try (OpenConnection third = OpenConnection.to(node.port("echo"))) {
        assertThat(third.readToEnd()).isZero();
      }
      assertThat(node.info("echo"))
          .returns(2L, EndpointInfo::connections)
          .returns(2L, EndpointInfo::accepted)
          .extracting(EndpointInfo::rejected)
          .isEqualTo(
              java.util.Map.of(
                  "max_connections",
                  1L,
                  "max_connections_per_address",
                  0L,
                  "accept_rate",
                  0L,
                  "not_allowed",
                  0L,
                  "tls",
                  0L));

      first.leave();
      node.await("echo", info -> info.connections() == 1);
      try (OpenConnection fourth = OpenConnection.to(node.port("echo"))) {
        assertThat(fourth.echoes(10)).isTrue();
        assertThat(second.echoes(10)).isTrue();
      }
    }
  }

  @Test
  void shouldShareTheNodesConnectionsAmongItsEndpoints() throws IOException {
    try (LocalNode node =
            LocalNode.start(
                """
                echo:
                  maxConnections: 2
                  endpoints: [{name: one, port: 0}, {name: two, port: 0}]
                """);
        OpenConnection one = OpenConnection.to(node.port("one"));
        OpenConnection two = OpenConnection.to(node.port("two"))) {
      assertThat(one.echoes(1)).isTrue();
      assertThat(two.echoes(1)).isTrue();

      try (OpenConnection third = OpenConnection.to(node.port("one"))) {
        assertThat(third.readToEnd()).isZero();
      }
      assertThat(node.info("one").rejected()).containsEntry("max_connections", 1L);
      assertThat(node.info("two").rejected()).containsEntry("max_connections", 0L);

      two.leave();
      node.await("two", info -> info.connections() == 0);
      try (OpenConnection third = OpenConnection.to(node.port("one"))) {
        assertThat(third.echoes(1)).isTrue();
      }
    }
  }

  @Test
  void shouldTurnAwayClientsThatSendAtOnceWithoutLosingTheirSlot() throws IOException {
    try (LocalNode node =
        LocalNode.start("echo: {endpoints: [{name: echo, port: 0, maxConnections: 1}]}")) {
      for (int i = 0; i < 50; i++) {
        try (OpenConnection served = OpenConnection.to(node.port("echo"))) {
          assertThat(served.echoes(100)).isTrue();
          try (OpenConnection rejected = OpenConnection.to(node.port("echo"))) {
            rejected.send(new byte[100]);
            assertThat(rejected.isEnded()).isTrue();
          }
        }
        node.await("echo", info -> info.connections() == 0);
      }
      assertThat(node.info("echo"))
          .returns(50L, EndpointInfo::accepted)
          .extracting(info -> info.rejected().get("max_connections"))
          .isEqualTo(50L);
    }
  }

  @Test
  void shouldServeOnlyClientsOnTheList() throws IOException {
    try (LocalNode node =
        LocalNode.start(
            """
            echo:
              endpoints:
                - {name: echo, host: "::", port: 0, allow: [127.0.0.2/31, "::1"]}
            """)) {
      int port = node.port("echo");
      for (String source : List.of("127.0.0.2", "127.0.0.3")) {
        try (OpenConnection listed = OpenConnection.from(source, port)) {
          assertThat(listed.echoes(10)).as(source).isTrue();
        }
      }
      try (OpenConnection listed = OpenConnection.to("::1", port)) {
        assertThat(listed.echoes(10)).isTrue();
      }
      for (String source : List.of("127.0.0.1", "127.0.0.4")) {
        try (OpenConnection stranger = OpenConnection.from(source, port)) {
          assertThat(stranger.readToEnd()).as(source).isZero();
        }
      }
      assertThat(node.info("echo"))
          .returns(3L, EndpointInfo::accepted)
          .extracting(info -> info.rejected().get("not_allowed"))
          .isEqualTo(2L);
    }
  }

  @Test
  void shouldCloseOnlyWhatIsIdle() throws IOException {
    try (LocalNode node =
            LocalNode.start("echo: {endpoints: [{name: echo, port: 0, idleTimeout: 2s}]}");
        OpenConnection idle = OpenConnection.to(node.port("echo"));
        OpenConnection active = OpenConnection.to(node.port("echo"))) {
      long start = System.nanoTime();
      CompletableFuture<Long> idleEnded =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  assertThat(idle.readToEnd()).isZero();
                  return System.nanoTime() - start;
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
      while (!idleEnded.isDone() || System.nanoTime() < end) {
        assertThat(active.echoes(1)).isTrue();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }

      assertThat(Duration.ofNanos(idleEnded.join()))
          .isGreaterThanOrEqualTo(Duration.ofMillis(1990));
      assertThat(active.echoes(1000)).isTrue();
    }
  }

  @Test
  void shouldCloseAClientThatStallsForTheIdleTimeoutAndCountWhatWasCut() throws IOException {
    try (LocalNode node =
            LocalNode.start("echo: {endpoints: [{name: echo, port: 0, idleTimeout: 300ms}]}");
        OpenConnection stalled = OpenConnection.withReceiveBuffer(4096, node.port("echo"))) {
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    stalled.send(new byte[100_000]);
                  }
                } catch (IOException reset) {
                  // as it should be
                }
              });
      sending.orTimeout(20, TimeUnit.SECONDS).join();

      EndpointInfo info = node.await("echo", now -> now.connections() == 0);
      assertThat(info.cut()).isPositive().isEqualTo(info.bytesReceived() - info.bytesSent());
    }
  }

  @Test
  void shouldShowItsBacklogToTheSystem() {
    Programs.requireProgram("ss");
    try (LocalNode node =
        LocalNode.start(
            "echo: {instances: 3, endpoints: [{name: a, port: 0, backlog: 77}, {name: b, port: 0}]}")) {
      assertThat(listening(node.port("a"))).singleElement().asString().contains(" 77 ");
      assertThat(listening(node.port("b"))).singleElement().asString().doesNotContain(" 77 ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true, false",
    "0.0.0.0, true, false",
    "::1, false, true",
    "::, true, true",
    "localhost, true, false"
  })
  void shouldListenOnTheFamiliesThatItsHostNames(String host, boolean ipv4, boolean ipv6)
      throws IOException {
    try (LocalNode node =
        LocalNode.start("echo: {endpoints: [{name: e, host: '%s', port: 0}]}".formatted(host))) {
      assertThat(isServed("127.0.0.1", node.port("e"))).isEqualTo(ipv4);
      assertThat(isServed("::1", node.port("e"))).isEqualTo(ipv6);
    }
  }

  @Test
  void shouldSpreadConnectionsOverItsEventLoops() throws IOException {
    Assumptions.assumeTrue(EventLoops.canBeTold(), "no epoll here");
    List<OpenConnection> clients = new ArrayList<>();
    try (LocalNode node =
        LocalNode.start(
            "{node: {transport: epoll}, echo: {instances: 4, endpoints: [{name: e, port: 0}]}}")) {
      int port = node.port("e");
      try {
        for (int i = 0; i < 40; i++) {
          OpenConnection client = OpenConnection.to(port);
          clients.add(client);
          assertThat(client.echoes(1000 + i)).isTrue();
        }

        assertThat(EventLoops.connectionsOf(port)).hasSize(4).allMatch(count -> count == 10);
        assertThat(node.info("e"))
            .returns(40L, EndpointInfo::connections)
            .returns(40L, EndpointInfo::accepted);
      } finally {
        for (OpenConnection client : clients) {
          client.leave();
        }
      }
      long bytes = 40 * 1000 + 39 * 40 / 2;
      assertThat(node.await("e", info -> info.connections() == 0))
          .returns(bytes, EndpointInfo::bytesReceived)
          .returns(bytes, EndpointInfo::bytesSent)
          .returns(0L, EndpointInfo::cut);
    }
  }

  @Test
  void shouldTakeOneFreePortForAllInstancesAndAnotherForEachEndpoint() {
    Programs.requireProgram("ss");
    try (LocalNode node =
        LocalNode.start(
            "echo: {instances: 4, endpoints: [{name: a, port: 0}, {name: b, port: 0}]}")) {
      assertThat(node.port("a")).isNotEqualTo(node.port("b")).isPositive();
      assertThat(listening(node.port("a"))).hasSize(1);
      assertThat(listening(node.port("b"))).hasSize(1);
    }
  }

  @Test
  void shouldRunTwiceInOneJvm() throws IOException {
    String yaml = "echo: {instances: 2, endpoints: [{name: echo, port: 0}]}";
    try (LocalNode second = LocalNode.start(yaml)) {
      int port;
      try (LocalNode first = LocalNode.start(yaml);
          OpenConnection one = OpenConnection.to(first.port("echo"));
          OpenConnection two = OpenConnection.to(second.port("echo"))) {
        port = first.port("echo");
        assertThat(port).isNotEqualTo(second.port("echo"));
        assertThat(one.echoes(10)).isTrue();
        assertThat(two.echoes(20)).isTrue();
        assertThat(first.info("echo").accepted()).isEqualTo(1);
        assertThat(second.info("echo").accepted()).isEqualTo(1);
      }
      assertThatThrownBy(() -> OpenConnection.to(port)).isInstanceOf(ConnectException.class);
      assertThat(isServed("127.0.0.1", second.port("echo"))).isTrue();
    }
  }

  private static List<String> listening(int port) {
    return Programs.run(Duration.ofSeconds(10), new byte[0], "ss", "-ltnH", "sport = :" + port)
        .expectSuccess()
        .out()
        .lines()
        .toList();
  }

  private static boolean isServed(String host, int port) throws IOException {
    try (OpenConnection client = OpenConnection.to(host, port)) {
      return client.echoes(5);
    } catch (SocketException refusedOrReset) {
      return false;
    }
  }
}
