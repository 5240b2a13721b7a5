package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.SourceResult;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.report.TextReport;
import dev.echomesh.testing.FakeMesh;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.Probing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of and from several nodes; here one node has all their names. */
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class SharedRunIT {
  private LocalNode node;
  private Vertx vertx;

  @BeforeEach
  void startNode() {
    node =
        LocalNode.start(
            """
            node: {name: a}
            tester: {allow: []}
            echo:
              endpoints:
                - {name: echo, port: 0}
                - {name: mesh, port: 0, host: 0.0.0.0}
            """);
    vertx = node.node().vertx();
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void shouldFindAMembersEndpointAndAskItWhatItCounted() {
    var unused = new FakeMesh(vertx, node.port("mesh"), "a", "b");

    for (String target : List.of("@b", "@b/echo", "@b/mesh")) {
      TestReport report =
          run(Addresses.TESTER_RUN, new JsonObject().put("target", target).put("count", 100));

      assertThat(report.reasons()).isEmpty();
      assertThat(report.request().target()).hasToString(target.replace("/mesh", ""));
      assertThat(report.peer()).as(target).isNotNull();
      JsonObject where = report.toJson().getJsonObject("target");
      assertThat(where.getString("node")).isEqualTo("b");
      assertThat(where.getInteger("port"))
          .isEqualTo(node.port(target.equals("@b/echo") ? "echo" : "mesh"));
      assertThat(TestReport.fromJson(report.toJson())).isEqualTo(report);
    }
    Probing probe = Probing.open(vertx, new JsonObject().put("target", "@b/echo"));
    assertThat(probe.sample(3).rttMicros()).hasSize(3);
    probe.close();
  }

  @Test
  void shouldSayWhyANodeCannotBeTested() {
    assertThatThrownBy(() -> ask(Addresses.TESTER_RUN, new JsonObject().put("target", "@b")))
        .hasMessage("target: @b: this node is not in a mesh");
    assertThatThrownBy(
            () ->
                ask(
                    Addresses.MESH_RUN,
                    new JsonObject().put("target", "host:7").put("from", "all")))
        .hasMessage("from: all: this node is not in a mesh");
    var unused = new FakeMesh(vertx, node.port("mesh"), "a", "b");
    assertThatThrownBy(() -> ask(Addresses.TESTER_RUN, new JsonObject().put("target", "@c")))
        .hasMessage("target: @c (expected a member of the mesh: a, b)");
    assertThatThrownBy(() -> ask(Addresses.TESTER_CHECK, new JsonObject().put("target", "@b/x")))
        .hasMessage("target: @b/x (expected an endpoint of b: echo, mesh)");
  }

  @Test
  void shouldMergeWhatTheSourcesReport() {
    var unused = new FakeMesh(vertx, node.port("mesh"), "a", "b", "c");
    JsonObject request =
        new JsonObject().put("target", "@c/echo").put("from", "all").put("count", 500);

    TestReport report = run(Addresses.MESH_RUN, request);

    assertThat(report.reasons()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.outcomes().frames()).isEqualTo(1000);
    assertThat(report.sources()).extracting(SourceResult::node).containsExactly("a", "b");
    assertThat(report.sources())
        .allSatisfy(
            source -> {
              assertThat(source.verdict()).isEqualTo("pass");
              assertThat(source.frames().frames()).isEqualTo(500);
              assertThat(source.p99Micros()).isPositive();
            });
    assertThat(TextReport.render(report)).contains("from        b PASS: 500 ok; p50 ");
    assertThat(TestReport.fromJson(new JsonObject(report.toJson().encode()))).isEqualTo(report);
  }

  @Test
  void shouldKeepTheOthersResultsWhenASourceDies() {
    FakeMesh mesh = new FakeMesh(vertx, node.port("mesh"), "a", "b");
    mesh.deaf("c");
    List<TestProgress> told = new CopyOnWriteArrayList<>();

    TestReport report =
        run(
            Addresses.MESH_RUN,
            longRun(),
            progress -> {
              told.add(progress);
              if (told.size() == 1) {
                mesh.lose("c");
              } else if (progress.frames() > told.get(0).frames()) {
                // the other goes on, as long as its user likes
                cancel(progress);
              }
            });

    assertThat(report.passed()).isFalse();
    assertThat(report.reasons().get(0)).isEqualTo("c: no report: node c has left the cluster");
    assertThat(report.outcomes().frames()).isPositive();
    assertThat(report.sources().get(0).verdict()).isEqualTo("pass");
    assertThat(report.sources().get(1))
        .isEqualTo(SourceResult.none("c", "node c has left the cluster"));
  }

  @Test
  void shouldEndWhatGoesOnAtASourceThatWasLostAndComesBack() {
    FakeMesh mesh = new FakeMesh(vertx, node.port("mesh"), "a", "b");
    mesh.deaf("c");
    List<TestProgress> told = new CopyOnWriteArrayList<>();

    TestReport report =
        run(
            Addresses.MESH_RUN,
            longRun(),
            progress -> {
              told.add(progress);
              if (told.size() == 1) {
                mesh.lose("c");
                mesh.find("c");
              } else if (mesh.wasToldToEnd("c")) {
                cancel(progress);
              }
            });

    assertThat(report.sources().get(0).verdict()).isEqualTo("pass");
    assertThat(report.sources().get(1))
        .isEqualTo(SourceResult.none("c", "node c has left the cluster"));
  }

  @Test
  void shouldEndWhatGoesOnThoughTheRunHasEnded() {
    FakeMesh mesh = new FakeMesh(vertx, node.port("mesh"), "a", "b");
    mesh.deaf("c");
    JsonObject request =
        new JsonObject()
            .put("target", "@b/echo")
            .put("from", new JsonArray().add("c"))
            .put("duration", "50m");
    Promise<JsonObject> failure = Promise.promise();
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            Addresses.FAILURES, message -> failure.tryComplete(message.body()));
    ask(Addresses.MESH_RUN, request);

    mesh.lose("c");
    assertThat(LocalNode.await(failure.future()).encode()).contains("c has left the cluster");
    mesh.find("c");

    Patience.until("c is told to end its run", () -> mesh.wasToldToEnd("c"));
  }

  @Test
  void shouldKeepTheOthersResultsWhenAReportCannotBeRead() {
    FakeMesh mesh = new FakeMesh(vertx, node.port("mesh"), "a", "b");
    mesh.garbled("c");
    JsonObject request =
        new JsonObject()
            .put("target", "@b/echo")
            .put("from", new JsonArray().add("a").add("c"))
            .put("count", 10);

    TestReport report = run(Addresses.MESH_RUN, request);

    assertThat(report.passed()).isFalse();
    assertThat(report.reasons().get(0)).startsWith("c: no report: its report cannot be read: ");
    assertThat(report.sources().get(0).verdict()).isEqualTo("pass");
  }

  @Test
  void shouldRefuseWhatEverySourceRefuses() {
    var unused = new FakeMesh(vertx, node.port("mesh"), "a", "b");
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.exactEcho())) {
      JsonObject request = new JsonObject().put("target", peer.target()).put("from", "all");
      assertThatThrownBy(() -> ask(Addresses.MESH_RUN, request))
          .hasMessageContaining("expected an address in tester.allow");
    }
  }

  @Test
  void shouldEndOnAllSourcesWhenItsUserEndsIt() {
    var unused = new FakeMesh(vertx, node.port("mesh"), "a", "b");
    JsonObject request =
        new JsonObject()
            .put("target", "@a/echo")
            .put("from", new JsonArray().add("a").add("b"))
            .put("duration", "1h");

    TestReport report =
        run(
            Addresses.MESH_RUN,
            request.put("duration", "50m"),
            progress ->
                vertx
                    .eventBus()
                    .request(Addresses.TESTER_CANCEL, new JsonObject().put("id", progress.id())));

    assertThat(report.passed()).isTrue();
    assertThat(report.sources()).hasSize(2);
    assertThat(report.durationSeconds()).isLessThan(60);
  }

  /** Of one that runs and one that may not. */
  private static JsonObject longRun() {
    return new JsonObject()
        .put("target", "@b/echo")
        .put("from", new JsonArray().add("a").add("c"))
        .put("warmup", "0s")
        .put("duration", "50m");
  }

  private void cancel(TestProgress progress) {
    vertx.eventBus().request(Addresses.TESTER_CANCEL, new JsonObject().put("id", progress.id()));
  }

  private TestReport run(String address, JsonObject request) {
    return run(address, request, progress -> {});
  }

  private TestReport run(String address, JsonObject request, Consumer<TestProgress> progress) {
    String id = "00000000000000%02x".formatted(request.hashCode() & 0xff);
    Promise<TestReport> report = Promise.promise();
    var news =
        vertx
            .eventBus()
            .<JsonObject>localConsumer(
                Addresses.run(id),
                message -> {
                  if (TestProgress.TYPE.equals(message.body().getString("type"))) {
                    progress.accept(TestProgress.fromJson(message.body()));
                  } else {
                    report.tryComplete(TestReport.fromJson(message.body()));
                  }
                });
    assertThat(ask(address, request.copy().put("id", id)))
        .isEqualTo(new JsonObject().put("id", id));
    Future<TestReport> ended = report.future().timeout(60, TimeUnit.SECONDS);
    try {
      return LocalNode.await(ended);
    } finally {
      LocalNode.await(news.unregister());
    }
  }

  private JsonObject ask(String address, JsonObject request) {
    return LocalNode.await(vertx.eventBus().<JsonObject>request(address, request)).body();
  }
}
