package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import dev.echomesh.bus.TestReport;
import dev.echomesh.testing.JsonServer;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.RefusingPort;
import dev.echomesh.testing.SampleReports;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that ask a node over HTTPS. */
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class RemoteCommandsIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();
  private static final String CA = CERTIFICATES.ca().toString();

  @TempDir private Path directory;
  private LocalNode node;
  private String url;
  private String target;
  private String tokenFile;

  @BeforeEach
  void startNode() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens"), "# ours\n0123456789abcdef\n");
    tokenFile = tokens.toString();
    node =
        LocalNode.start(
            """
            node: {name: far}
            echo: {endpoints: [{name: echo, port: 0}]}
            web: {enabled: true, port: 0, tokenFile: '%s', tls: {certFile: '%s', keyFile: '%s'}}
            """
                .formatted(tokens, CERTIFICATES.serverCertificate(), CERTIFICATES.serverKey()));
    url = String.valueOf(node.node().url());
    target = "127.0.0.1:" + node.port("echo");
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void shouldHaveANodeElsewhereTest() {
    CommandRun run =
        CommandRun.of(
            "test",
            target,
            "--node",
            url,
            "--node-ca",
            CA,
            "--token-file",
            tokenFile,
            "--count",
            "50",
            "--output",
            "json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    TestReport report = TestReport.fromJson(run.json());
    assertThat(report.node()).isEqualTo("far");
    assertThat(report.outcomes().frames()).isEqualTo(50);
  }

  @Test
  void shouldHaveANodeElsewhereCheck() {
    CommandRun run =
        CommandRun.of(
            "check",
            target,
            "--node",
            url,
            "--node-ca",
            CA,
            "--token-file",
            tokenFile,
            "--only",
            "idle",
            "--idle",
            "10ms",
            "--output",
            "json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    CheckReport report = CheckReport.fromJson(run.json());
    assertThat(report.node()).isEqualTo("far");
    assertThat(report.count(CheckVerdict.PASS)).isEqualTo(1);
  }

  @Test
  void shouldAskTheTargetsNodeWhatItCounted() {
    CommandRun run =
        CommandRun.of(
            "test",
            target,
            "--peer-api",
            url,
            "--node-ca",
            CA,
            "--count",
            "50",
            "--output",
            "json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    TestReport report = TestReport.fromJson(run.json());
    assertThat(report.peer())
        .as(report.notes().toString())
        .matches(peer -> peer != null && peer.bytesReceived() == 3200 && peer.bytesSent() == 3200);

    CommandRun unreachable =
        CommandRun.of("test", target, "--peer-api", url, "--count", "5", "--output", "json");
    assertThat(unreachable.exitCode()).as(unreachable.err()).isZero();
    assertThat(TestReport.fromJson(unreachable.json()).notes().toString())
        .contains("peer: " + url + ": the node cannot be asked");
  }

  @Test
  void shouldShowTheMeshAndFailOnlyForBrokenPaths() {
    assertThat(mesh(PathState.OK, "text")).isZero();
    assertThat(mesh(PathState.DEGRADED, "json")).isZero();
    assertThat(mesh(PathState.DOWN, "text")).isEqualTo(1);
    assertThat(mesh(PathState.STALE, "json")).isEqualTo(1);
  }

  @Test
  void shouldSayInOneLineWhyANodeCannotBeAsked() throws Exception {
    assertRefused("the node cannot be asked", "mesh", "--node", url);
    assertRefused("wants to know who asks", "test", target, "--node", url, "--node-ca", CA);
    assertRefused("--node: nowhere", "mesh", "--node", "nowhere");
    assertRefused("--token-file: ", "mesh", "--node", url, "--token-file", "/no/such/file");
    assertRefused("--from: only with --node", "test", target, "--from", "all");
    assertRefused(
        "--frame-length",
        "test",
        target,
        "--node",
        url,
        "--node-ca",
        CA,
        "--token-file",
        tokenFile,
        "--frame-length",
        "1");
    assertRefused(
        "from: all: this node is not in a mesh",
        "test",
        target,
        "--node",
        url,
        "--node-ca",
        CA,
        "--token-file",
        tokenFile,
        "--from",
        "all");
    try (RefusingPort nobody = RefusingPort.reserve()) {
      assertRefused("refused", "mesh", "--node", "http://127.0.0.1:" + nobody.port());
    }
  }

  @Test
  void shouldSayWhyThereIsNoReport() throws Exception {
    JsonObject begun = new JsonObject().put("id", "7");
    JsonObject failed = begun.copy().put("state", "failed").put("failure", "a defect");
    try (JsonServer far =
        JsonServer.start(
            node.node().vertx(), 200, asked -> asked.equals(HttpMethod.POST) ? begun : failed)) {
      CommandRun run = CommandRun.of("test", target, "--node", far.url());

      assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
      assertThat(run.err()).contains("run 7 ended without a report: a defect");
    }
  }

  @Test
  void shouldGoOnAskingWhereAnAnswerIsLost() throws Exception {
    JsonObject begun = new JsonObject().put("id", "7");
    AtomicInteger asked = new AtomicInteger();
    HttpServer far =
        LocalNode.await(
            node.node()
                .vertx()
                .createHttpServer()
                .requestHandler(
                    request -> {
                      boolean isStart = request.method().equals(HttpMethod.POST);
                      if (!isStart && asked.incrementAndGet() % 2 == 1) {
                        request.connection().close();
                        return;
                      }
                      JsonObject report =
                          SampleReports.passed("7", "2026-01-01T00:00:00Z", 1, 9).toJson();
                      JsonObject answer = isStart || asked.get() == 2 ? begun : report;
                      request
                          .response()
                          .putHeader("Content-Type", "application/json")
                          .end(answer.toBuffer());
                    })
                .listen(0, "127.0.0.1"));

    CommandRun run =
        CommandRun.of("test", target, "--node", "http://127.0.0.1:" + far.actualPort());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("PASS");
    assertThat(asked).hasValue(4);
  }

  private int mesh(PathState state, String output) {
    MeshMatrix matrix =
        new MeshMatrix(
            "far",
            "demo",
            Instant.EPOCH,
            "as it is",
            List.of(),
            List.of(member("far"), member("near")),
            List.of(path(state)),
            List.of());
    try (JsonServer near = JsonServer.start(node.node().vertx(), 200, asked -> matrix.toJson())) {
      CommandRun run = CommandRun.of("mesh", "--node", near.url(), "--output", output);
      assertThat(run.err()).isEmpty();
      if (output.equals("json")) {
        assertThat(MeshMatrix.fromJson(run.json())).isEqualTo(matrix);
      } else {
        assertThat(run.out()).contains("as it is", "near");
      }
      return run.exitCode();
    }
  }

  private static MeshNode member(String name) {
    return new MeshNode(name, "", "", "127.0.0.1", "0.1", MeshNode.State.UP, Instant.EPOCH, false);
  }

  private static MeshPath path(PathState state) {
    return MeshPath.fromJson(
        new JsonObject()
            .put("from", "far")
            .put("to", "near")
            .put("state", state.key())
            .put("since", Instant.EPOCH.toString())
            .put("updatedAt", Instant.EPOCH.toString())
            .put("frames", Outcomes.none().toJson()));
  }

  private static void assertRefused(String reason, String... command) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("echomesh: ")
        .contains(reason);
    assertThat(run.out()).isEmpty();
  }
}
