package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.RunFailure;
import dev.echomesh.testing.FakeMesh;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of which there is no report, and the list of all. */
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class FailedRunsIT {
  private static final String TOKEN = "0123456789abcdef";

  private final Schemas schemas = new Schemas(OpenApi.document());
  @TempDir private Path directory;
  private LocalNode node;
  private String url;

  @BeforeEach
  void startNode() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens"), TOKEN);
    node =
        LocalNode.start(
            """
            node: {name: a}
            echo: {endpoints: [{name: echo, port: 0}, {name: mesh, port: 0}]}
            web: {enabled: true, port: 0, tokenFile: '%s'}
            """
                .formatted(tokens));
    url = String.valueOf(node.node().url());
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void shouldTellThatARunFailedAndWhy() {
    FakeMesh mesh = new FakeMesh(node.node().vertx(), node.port("mesh"), "a");
    mesh.deaf("c");
    JsonObject request =
        new JsonObject().put("target", "@a/echo").put("from", new JsonArray().add("c"));
    HttpCall.Reply started = post(request);
    assertThat(started.status()).as(started.body()).isEqualTo(202);
    String location = started.header("Location");
    assertThat(get(location).getString("state")).isEqualTo("running");

    mesh.lose("c");

    Patience.until("it failed", () -> "failed".equals(get(location).getString("state")));
    JsonObject run = get(location);
    schemas.assertFits("Run", run);
    assertThat(run.getString("kind")).isEqualTo("test");
    assertThat(run.getString("failure")).contains("node c has left the cluster");
    assertThat(run.getJsonObject("request")).isEqualTo(request);
    assertThat(HttpCall.of(url, "DELETE", location).token(TOKEN).send().status()).isEqualTo(409);
    HttpCall.Reply page = HttpCall.get(url, location).header("Accept", "text/html").send();
    assertThat(page.status()).isEqualTo(409);
    assertThat(page.json().getString("detail")).contains("node c has left the cluster");
    JsonObject runs = get("/api/v1/tests");
    schemas.assertFits("Runs", runs);
    assertThat(runs.getJsonArray("runs").getJsonObject(0)).isEqualTo(run);
  }

  @Test
  void shouldKnowAFailureThatWasToldBeforeAnybodyFollowed() {
    JsonObject request = new JsonObject().put("target", "127.0.0.1:1");
    fail(new RunFailure("0000000000000001", RunFailure.CHECK, request, "a defect"));

    Patience.until("it is known", () -> status("/api/v1/tests/0000000000000001") == 200);
    assertThat(get("/api/v1/tests/0000000000000001").getString("failure")).isEqualTo("a defect");
    assertThat(status("/api/v1/tests/0000000000000002")).isEqualTo(404);
  }

  @Test
  void shouldListRunsPageByPageTheNewestFirst() {
    for (int i = 1; i <= 105; i++) {
      fail(new RunFailure("run-" + i, RunFailure.TEST, new JsonObject(), "a defect"));
    }
    Patience.until("all are known", () -> status("/api/v1/tests/run-105") == 200);

    JsonObject first = get("/api/v1/tests?limit=60");
    assertThat(ids(first)).hasSize(60).startsWith("run-105", "run-104").endsWith("run-46");
    assertThat(first.getString("next")).isEqualTo("run-46");
    JsonObject second = get("/api/v1/tests?limit=60&after=run-46");
    assertThat(ids(second)).hasSize(40).startsWith("run-45").endsWith("run-6");
    assertThat(second.getString("next")).isNull();
    HttpCall.Reply forgotten = HttpCall.get(url, "/api/v1/tests?after=run-5").send();
    assertThat(forgotten.status()).isEqualTo(400);
    assertThat(forgotten.json().getString("field")).isEqualTo("after");
  }

  private void fail(RunFailure failure) {
    node.node()
        .vertx()
        .eventBus()
        .publish(Addresses.FAILURES, failure.toJson(), new DeliveryOptions().setLocalOnly(true));
  }

  private static List<String> ids(JsonObject page) {
    return page.getJsonArray("runs").stream()
        .map(run -> ((JsonObject) run).getString("id"))
        .toList();
  }

  private JsonObject get(String path) {
    return HttpCall.get(url, path).send().json();
  }

  private int status(String path) {
    return HttpCall.get(url, path).send().status();
  }

  private HttpCall.Reply post(JsonObject request) {
    return HttpCall.of(url, "POST", "/api/v1/tests").token(TOKEN).json(request.encode()).send();
  }
}
