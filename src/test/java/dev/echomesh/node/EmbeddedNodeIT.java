package dev.echomesh.node;

import static dev.echomesh.testing.LocalNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.config.Transport;
import dev.echomesh.spec.Faults;
import dev.echomesh.testing.PlainClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedNodeIT {
  private static final NodeConfig CONFIG =
      NodeConfig.builder().name("guest").endpoint("echo", e -> e.port(0)).build();

  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() {
    var unused = await(vertx.close());
  }

  @Test
  void shouldServeOnSomebodysVertxAndLeaveThatOpen() throws Exception {
    Node node = await(Echomesh.node(CONFIG).start(vertx));
    EndpointInfo echo = await(node.echo().endpoint("echo"));
    assertThat(PlainClient.to(echo.port()).bytes(100_000).halfClose().run().exact()).isTrue();
    TestReport report =
        await(
            node.tester()
                .run(
                    TestRequest.to("127.0.0.1:" + echo.port()).count(100).build(),
                    id -> {},
                    progress -> {}));
    assertThat(report.passed()).as("%s", report.reasons()).isTrue();
    assertThat(report.peer()).as("counters of the echo side").isNotNull();

    var unused = await(node.close());

    assertThat(vertx.deploymentIDs()).isEmpty();
    Promise<String> alive = Promise.promise();
    vertx.runOnContext(v -> alive.complete("alive"));
    assertThat(await(alive.future())).isEqualTo("alive");
    assertThatThrownBy(() -> PlainClient.to(echo.port()).run())
        .isInstanceOf(ConnectException.class);
    var unusedToo = await(node.close());
  }

  @Test
  void shouldRunOnAVertxOfItsOwn() throws Exception {
    Node node = await(Echomesh.node(CONFIG).start());
    int port = await(node.echo().endpoint("echo")).port();
    assertThat(PlainClient.to(port).bytes(1000).run().exact()).isTrue();

    var unused = await(node.close());
  }

  @Test
  void shouldBeTheOnlyNodeOnAVertxUntilItIsClosed() {
    Node first = await(Echomesh.node(CONFIG).start(vertx));

    assertThatThrownBy(() -> await(Echomesh.node(CONFIG).start(vertx)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("node guest (expected one node on it)");

    var unused = await(first.close());
    Node second = await(Echomesh.node(CONFIG).start(vertx));
    var unusedToo = await(second.close());
  }

  @Test
  void shouldLeaveNothingBehindWhenItCannotStart() {
    NodeConfig impossible =
        NodeConfig.builder().endpoint("echo", e -> e.host("192.0.2.1").port(0)).build();

    assertThatThrownBy(() -> await(Echomesh.node(impossible).start(vertx)))
        .isInstanceOf(StartException.class);

    assertThat(vertx.deploymentIDs()).isEmpty();
    var unused = await(await(Echomesh.node(CONFIG).start(vertx)).close());
  }

  @Test
  void shouldNotTakeAnotherTransportThanAsked() {
    NodeConfig uring = NodeConfig.builder().transport(Transport.IO_URING).build();

    assertThatThrownBy(() -> await(Echomesh.node(uring).start(vertx)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("node.transport: io_uring");
  }

  @Test
  void shouldListWhoIsConnectedAndSwitchFaults() throws Exception {
    Node node = await(Echomesh.node(CONFIG).start(vertx));
    EndpointInfo echo = await(node.echo().endpoint("echo"));
    assertThat(PlainClient.to(echo.port()).bytes(10).halfClose().run().exact()).isTrue();

    assertThat(await(node.echo().connections(echo.port())))
        .singleElement()
        .satisfies(
            connection -> {
              assertThat(connection.client()).startsWith("127.0.0.1:");
              assertThat(connection.bytesReceived()).isEqualTo(10);
            });
    Faults silent = Faults.of(Map.of("onAccept", "silent"));
    var unused = await(node.echo().fault("echo", silent));
    assertThat(await(node.echo().endpoint("echo")).faults()).isEqualTo(silent);
    assertThatThrownBy(() -> await(node.echo().fault("none", silent)))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("none (expected one of echo)");
    assertThatThrownBy(() -> await(node.echo().endpoint("none")))
        .isInstanceOf(RequestException.class);

    var unusedToo = await(node.close());
  }

  @Test
  void shouldTellWhoWaitsForAReportThatTheNodeHasEnded() {
    Node node = await(Echomesh.node(CONFIG).start(vertx));
    int port = await(node.echo().endpoint("echo")).port();
    Promise<String> begun = Promise.promise();
    Future<TestReport> report =
        node.tester()
            .run(
                TestRequest.to("127.0.0.1:" + port).duration(Duration.ofMinutes(5)).build(),
                begun::tryComplete,
                progress -> {});
    assertThat(await(begun.future())).isNotEmpty();

    var unused = await(node.close());

    assertThatThrownBy(() -> await(report)).hasMessageContaining("the node has ended");
  }
}
