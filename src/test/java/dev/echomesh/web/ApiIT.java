package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestReport;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The API as a program on the same machine uses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class ApiIT {
  private final Schemas schemas = new Schemas(OpenApi.document());
  private LocalNode node;
  private String url;
  private String token;

  @BeforeAll
  void startNode(@TempDir Path directory) throws IOException {
    Path tokenFile = directory.resolve("tokens");
    node =
        LocalNode.start(
            """
            node: {name: a, zone: z}
            echo: {endpoints: [{name: echo, port: 0}, {name: other, port: 0, mode: framed}]}
            tester: {maxRuns: 2}
            web: {enabled: true, port: 0, tokenFile: '%s'}
            """
                .formatted(tokenFile));
    url = String.valueOf(node.node().url());
    token = Files.readString(tokenFile).strip();
  }

  @AfterAll
  void stopNode() {
    node.close();
  }

  @Test
  void shouldSayWhatItIs() {
    JsonObject info = get("/api/v1/node");

    schemas.assertFits("Node", info);
    assertThat(info.getString("name")).isEqualTo("a");
    assertThat(info.getString("zone")).isEqualTo("z");
    assertThat(info.getLong("pid")).isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void shouldListEndpointsAndSwitchTheirFaults() {
    schemas.assertFits("Endpoints", get("/api/v1/endpoints"));

    HttpCall.Reply set = post("/api/v1/endpoints/other/faults", "{\"delay\": \"20ms\"}");
    assertThat(set.status()).isEqualTo(200);
    schemas.assertFits("FaultsSet", set.json());
    assertThat(node.info("other").faults().isNone()).isFalse();
    schemas.assertFits("Endpoints", get("/api/v1/endpoints"));

    assertThat(post("/api/v1/endpoints/other/faults", "{}").status()).isEqualTo(200);
    assertThat(node.info("other").faults().isNone()).isTrue();
    assertProblem(post("/api/v1/endpoints/nope/faults", "{}"), 404, "expected one of ");
    assertProblem(post("/api/v1/endpoints/echo/faults", "{\"delai\": 1}"), 400, "delai");
  }

  @Test
  void shouldRunATestAndShowItsReportInEveryForm() {
    HttpCall.Reply started =
        post("/api/v1/tests", request().put("count", 100).put("mode", "stream").encode());
    assertThat(started.status()).isEqualTo(202);
    schemas.assertFits("Id", started.json());
    String location = started.header("Location");
    assertThat(location).isEqualTo("/api/v1/tests/" + started.json().getString("id"));

    JsonObject report = awaitReport(location);
    schemas.assertFits("Report", report);
    assertThat(TestReport.fromJson(report).passed()).isTrue();
    assertThat(report.getJsonObject("outcomes").getLong("ok")).isEqualTo(100);

    HttpCall.Reply page = HttpCall.get(url, location).header("Accept", "text/html").send();
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'")
        .doesNotContain("script");
    assertThat(page.body()).contains("<html");
    assertProblem(delete(location), 409, "has ended");

    String client =
        report
            .getJsonObject("connections")
            .getJsonArray("addresses")
            .getJsonObject(0)
            .getString("local");
    JsonObject counted = get("/api/v1/connections?client=" + client);
    schemas.assertFits("Connections", counted);
    assertThat(counted.getJsonArray("connections").getJsonObject(0).getLong("bytesReceived"))
        .isEqualTo(6400);
    assertThat(get("/api/v1/connections?port=1&client=" + client).getJsonArray("connections"))
        .isEmpty();
  }

  @Test
  void shouldShowARunUnderWayAndEndItEarly() {
    String location =
        post("/api/v1/tests", request().put("duration", "5m").encode()).header("Location");

    JsonObject run = await(location, each -> each.getValue("progress") != null);
    schemas.assertFits("Run", run);
    assertThat(run.getString("state")).isEqualTo("running");
    assertThat(run.getJsonObject("progress").getLong("frames")).isPositive();
    assertProblem(
        HttpCall.get(url, location).header("Accept", "text/html").send(), 409, "under way");

    assertThat(delete(location).status()).isEqualTo(202);
    assertThat(awaitReport(location).getJsonArray("notes").encode())
        .contains("ended early by its user");
    assertProblem(delete("/api/v1/tests/nope"), 404, "nope");
  }

  @Test
  void shouldRunChecksAndRefusePageForThem() {
    HttpCall.Reply started =
        post(
            "/api/v1/checks",
            new JsonObject()
                .put("target", target())
                .put("only", new JsonArray().add("drip"))
                .encode());
    JsonObject report = awaitReport(started.header("Location"));

    schemas.assertFits("Report", report);
    assertThat(report.getString("schema")).isEqualTo("echomesh.check/1");
    assertProblem(
        HttpCall.get(url, started.header("Location")).header("Accept", "text/html").send(),
        406,
        "only JSON");
  }

  @Test
  void shouldRefuseWhatTheTesterMayNotDo() {
    assertProblem(post("/api/v1/tests", "{\"target\": \"192.0.2.1:7\"}"), 403, "tester.allow");
    HttpCall.Reply invalid = post("/api/v1/tests", request().put("frameLength", 1).encode());
    assertProblem(invalid, 400, "frameLength: 1 (expected 32 to 1048576)");
    assertThat(invalid.json().getString("field")).isEqualTo("frameLength");
    assertProblem(
        post("/api/v1/tests", request().put("from", "all").encode()), 400, "not in a mesh");
  }

  @Test
  void shouldShowANodeWithoutAMeshAlone() {
    JsonObject matrix = get("/api/v1/mesh");
    schemas.assertFits("Matrix", matrix);
    assertThat(matrix.getJsonArray("nodes")).hasSize(1);
    assertThat(matrix.getJsonArray("paths")).isEmpty();
    assertProblem(
        HttpCall.get(url, "/api/v1/mesh/paths/a/b").send(), 404, "a target that a probes");
    assertProblem(
        HttpCall.get(url, "/api/v1/mesh/paths/b/a").send(),
        404,
        "from: b (expected a node of the mesh)");
  }

  @Test
  void shouldSayWhatItDoesNotHave() {
    assertProblem(HttpCall.get(url, "/metrics").send(), 404, "metrics.enabled");
    assertProblem(
        HttpCall.of(url, "POST", "/api/v1/reload").token(token).send(), 409, "configuration file");
  }

  @Test
  void shouldTellHowItIs() {
    assertThat(get("/health/live").getString("status")).isEqualTo("ok");
    JsonObject ready = await("/health/ready", health -> "ok".equals(health.getString("status")));
    schemas.assertFits("Health", ready);
  }

  /** As load balancers ask. */
  @Test
  void shouldAnswerHeadWhereverItAnswersGet() {
    for (String path : List.of("/", "/health/live", "/api/v1/node")) {
      HttpCall.Reply head = HttpCall.of(url, "HEAD", path).send();
      assertThat(head.status()).as(path).isEqualTo(200);
      assertThat(head.body()).isEmpty();
    }
  }

  @Test
  void shouldServeItsDescription() {
    assertThat(get("/api/v1/openapi.json").getString("openapi")).isEqualTo("3.1.0");
  }

  private JsonObject get(String path) {
    HttpCall.Reply reply = HttpCall.get(url, path).send();
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    return reply.json();
  }

  private HttpCall.Reply post(String path, String body) {
    return HttpCall.of(url, "POST", path).token(token).json(body).send();
  }

  private HttpCall.Reply delete(String path) {
    return HttpCall.of(url, "DELETE", path).token(token).send();
  }

  private JsonObject request() {
    return new JsonObject().put("target", target()).put("warmup", "0s");
  }

  private String target() {
    return "127.0.0.1:" + node.port("echo");
  }

  private JsonObject awaitReport(String location) {
    return await(location, each -> each.containsKey("schema"));
  }

  private JsonObject await(String location, Predicate<JsonObject> wanted) {
    List<JsonObject> seen = new ArrayList<>();
    Patience.until(
        location + " as wanted",
        () -> {
          seen.add(get(location));
          return wanted.test(seen.get(seen.size() - 1));
        });
    return seen.get(seen.size() - 1);
  }

  private void assertProblem(HttpCall.Reply reply, int status, String detail) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    schemas.assertFits("Problem", reply.json());
    assertThat(reply.json().getInteger("status")).isEqualTo(status);
    assertThat(reply.json().getString("detail")).contains(detail).doesNotContain("\n");
  }
}
