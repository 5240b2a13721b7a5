package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.PathState;
import dev.echomesh.bus.TestReport;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Browser;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.Prometheus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three live nodes, watched with what operators have: console, API, commands, Prometheus. The last
 * test kills one.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // the fields are set when everything has started
class LiveMeshIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> FLAGS = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1");
  private static final List<String> DASHBOARDS = List.of("mesh.json", "node.json");

  @TempDir private static Path directory;
  private static LiveMesh mesh;
  private static Prometheus prometheus;
  private static Browser browser;

  @BeforeEach
  void start() throws IOException {
    Programs.requireProgram("chromium");
    Programs.requireProgram("prometheus");
    if (mesh == null) {
      mesh = LiveMesh.start(directory);
      browser = Browser.start(Files.createDirectory(directory.resolve("browser")));
      prometheus = Prometheus.start(scrapes(), Files.createDirectory(directory.resolve("data")));
      mesh.awaitHealth();
    }
  }

  @AfterAll
  static void end() {
    if (browser != null) {
      browser.close();
    }
    if (prometheus != null) {
      prometheus.close();
    }
    if (mesh != null) {
      mesh.close();
    }
  }

  @Test
  @Order(1)
  void shouldTellPathsOfEveryNodeOverHttp() {
    LiveMesh.Node a = mesh.node("a");

    for (String path : List.of("a/b", "b/c", "c/probe:own")) {
      JsonObject detail = a.get("/api/v1/mesh/paths/" + path);
      new Schemas(OpenApi.document()).assertFits("PathDetail", detail);
      assertThat(detail.getJsonObject("path").getString("state")).isEqualTo("ok");
      assertThat(detail.getJsonArray("windows")).hasSize(3);
      JsonObject minute = detail.getJsonArray("windows").getJsonObject(0);
      assertThat(minute.getJsonObject("outcomes").getLong("ok")).isPositive();
    }
    for (String path : List.of("a/nobody", "nobody/a")) {
      assertThat(HttpCall.get(a.url(), "/api/v1/mesh/paths/" + path).send().status())
          .isEqualTo(404);
    }
  }

  @Test
  @Order(2)
  void shouldTestFromAllOtherNodesAndCancelThemAll() {
    LiveMesh.Node a = mesh.node("a");
    JsonObject request = new JsonObject().put("target", "@b").put("from", "all");

    TestReport report = TestReport.fromJson(a.report(a.begin(request.copy().put("count", 30))));
    assertThat(report.passed()).as(report.reasons().toString()).isTrue();
    assertThat(report.sources()).extracting("node").containsExactlyInAnyOrder("a", "c");

    String location = a.begin(request.copy().put("duration", "10m"));
    assertThat(HttpCall.of(a.url(), "DELETE", location).token(LiveMesh.TOKEN).send().status())
        .isEqualTo(202);
    assertThat(TestReport.fromJson(a.report(location)).sources()).hasSize(2);
  }

  @Test
  @Order(3)
  void shouldGiveABrowserReportsOfItsOwnNodeOnly() {
    ConsolePage unused = ConsolePage.open(browser, mesh.node("a").url(), "node a in east");
    browser.eval(
        """
        new Promise((resolve) => {
          window.reports = [];
          const socket = new WebSocket(location.origin.replace('http', 'ws') + '/eventbus/websocket');
          socket.binaryType = 'arraybuffer';
          const send = (message) => socket.send(JSON.stringify(message));
          socket.onopen = () => {
            send({type: 'register', address: 'echomesh.reports'});
            send({type: 'send', address: 'echomesh.node.health', replyAddress: 'registered'});
          };
          socket.onmessage = (event) => {
            const message = JSON.parse(new TextDecoder().decode(event.data));
            if (message.address === 'registered') resolve(0);
            if (message.address === 'echomesh.reports') window.reports.push(message.body.node);
          };
        })""");
    JsonObject request = new JsonObject().put("target", "@c").put("count", 5);
    for (String name : List.of("b", "a")) {
      LiveMesh.Node node = mesh.node(name);
      assertThat(node.report(node.begin(request)).getString("verdict")).isEqualTo("pass");
    }

    browser.await("window.reports.includes('a')");
    assertThat(browser.eval("window.reports.join()")).isEqualTo("a");
  }

  @Test
  @Order(4)
  void shouldFollowItsFileWhenAskedToOverHttp() {
    LiveMesh.Node b = mesh.node("b");
    b.append("tester: {maxRuns: 0, nonsense: 1}\n");
    HttpCall.Reply refused = b.post("/api/v1/reload", new JsonObject());
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().getString("detail")).contains("nonsense");

    b.append("tester: {maxRuns: 1}\n");
    HttpCall.Reply followed = b.post("/api/v1/reload", new JsonObject());
    assertThat(followed.status()).as(followed.body()).isEqualTo(200);
    JsonObject request = new JsonObject().put("target", "@c").put("duration", "10m");
    String location = b.begin(request);
    assertThat(b.post("/api/v1/tests", request).status()).isEqualTo(429);
    awaitFrames(b, location);
    assertThat(HttpCall.of(b.url(), "DELETE", location).token(LiveMesh.TOKEN).send().status())
        .isEqualTo(202);
    assertThat(b.report(location).getString("verdict")).isEqualTo("pass");
  }

  @Test
  @Order(5)
  void shouldCheckFromAnotherNode() {
    CommandRun run =
        CommandRun.of(
            "check",
            "@c/echo",
            "--only",
            "integrity,handshake",
            "--gentle",
            "--node",
            mesh.node("b").url(),
            "--token-file",
            directory.resolve("token").toString(),
            "--output",
            "json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    CheckReport report = CheckReport.fromJson(run.json());
    assertThat(report.node()).isEqualTo("b");
    assertThat(report.results()).hasSize(2);
  }

  @Test
  @Order(6)
  void shouldCancelThereWhatIsInterruptedHere() {
    LiveMesh.Node a = mesh.node("a");
    try (JavaProcess command =
        command(
            "test",
            "@b",
            "--duration",
            "10m",
            "--node",
            a.url(),
            "--token-file",
            directory.resolve("token").toString(),
            "--output",
            "json")) {
      Patience.until("the run is under way", () -> running(a) != null);
      String id = String.valueOf(running(a));
      awaitFrames(a, "/api/v1/tests/" + id);
      command.signal("INT");

      assertThat(command.awaitExit(PATIENCE)).as(command.err()).isZero();
      assertThat(new JsonObject(command.out()).getString("id")).isEqualTo(id);
      assertThat(running(a)).isNull();
    }
  }

  @Test
  @Order(7)
  void shouldPrintTheMeshAgainAndAgainUntilItIsInterrupted() {
    try (JavaProcess command =
        command("mesh", "--node", mesh.node("c").url(), "--watch", "--output", "json")) {
      Patience.until("it was printed twice", () -> command.out().lines().count() >= 2);
      command.signal("INT");

      assertThat(command.awaitExit(PATIENCE)).as(command.err()).isZero();
      assertThat(command.out().lines())
          .hasSizeGreaterThanOrEqualTo(2)
          .allSatisfy(
              line -> assertThat(MeshMatrix.fromJson(new JsonObject(line)).node()).isEqualTo("c"));
    }
  }

  @Test
  @Order(8)
  void shouldAnswerEveryQueryOfDashboardsAndAlerts() throws IOException {
    String instance = mesh.node("a").web();
    String java = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Programs.run(
            PATIENCE, new byte[0], java, Long.toString(mesh.node("a").process().pid()), "GC.run")
        .expectSuccess();
    List<String> queries = new ArrayList<>();
    for (String dashboard : DASHBOARDS) {
      gather(new JsonObject(Files.readString(Path.of("conf/grafana", dashboard))), queries);
    }
    prometheus.rules().forEach(rule -> queries.add(((JsonObject) rule).getString("query")));
    assertThat(queries).hasSizeGreaterThan(30);

    for (String query : queries) {
      String asked = query.replace("$__rate_interval", "15s").replace("$instance", instance);
      JsonArray unused = prometheus.query(asked);
      // what is shown of it only if something is wrong
      String always = asked.replaceAll("\\s(>|==) [0-9.]+", "");
      Patience.until(always + " has data", () -> !prometheus.query(always).isEmpty());
    }
    // a scrape that takes longer than its second fails, and the next one does not
    Patience.until(
        "all three are scraped",
        () -> prometheus.query("count(up{job=\"echomesh\"} == 1)").encode().contains("\"3\""));
    for (String zone : List.of("", "east", "west")) {
      String frames =
          "echomesh_probe_frames_total{outcome=\"ok\",target_zone=\"%s\"} > 0".formatted(zone);
      Patience.until("zone " + zone, () -> !prometheus.query(frames).isEmpty());
    }
    assertThat(prometheus.rules())
        .allSatisfy(
            rule -> assertThat(((JsonObject) rule).getString("health")).isIn("ok", "unknown"));
  }

  @Test
  @Order(9)
  void shouldShowTheNodeThatWasKilled() {
    ConsolePage page = ConsolePage.open(browser, mesh.node("a").url(), "Mesh of 3 nodes");
    browser.awaitText("all 9 sampled paths are ok");
    boolean hasFailed = failures("a/b").contains("outcome");
    browser.click("[data-path='a → b']");
    browser.awaitText(
        hasFailed ? "Failures of the last hour" : "No probe of it has failed in the last hour.");
    browser.await("document.querySelector('#path svg.plot .band')");
    assertThat(
            browser.eval(
                "[...document.querySelectorAll('table.matrix tbody tr')].map((row) =>"
                    + " row.querySelector('th').textContent + (row.className && ' begins')).join()"))
        .isEqualTo("a east,b east,c west begins");
    page.assertWellMade("mesh");

    mesh.node("c").kill();

    browser.awaitText("c is down: ");
    browser.await(
        "['a', 'b'].every((from) => document.querySelector(`[data-path='${from} → c']`)"
            + ".ariaLabel === `${from} to c: down, back: stale`)");
    assertThat(browser.eval("document.querySelector(\"[data-path='a → c'] .there\").textContent"))
        .isEqualTo("✕");
    assertThat(browser.eval("document.querySelector(\"[data-path='a → c'] .back\").textContent"))
        .isEqualTo("?");
    assertThat(
            browser.eval(
                "document.querySelector(\"[data-path='a → c']\").style.getPropertyValue('--there')"))
        .isEqualTo("var(--down)");
    assertThat(browser.eval("document.querySelector(\"[data-path='a → b'] .there\").textContent"))
        .isEqualTo("●");

    // what fails first are the connections that the killed node had
    Patience.until("probes of c are refused", () -> failures("a/c").contains("refused"));
    browser.click("[data-path='a → c']");
    browser.awaitText("Failures of the last hour");
    assertThat(browser.eval("document.activeElement.textContent")).isEqualTo("a → c");
    assertThat(browser.eval("document.querySelector('#path').innerText").toString())
        .contains("refused", "1 min", "Round trip since this page was opened");
    page.assertWellMade("mesh-killed");
    HttpCall.Reply gone = HttpCall.get(mesh.node("a").url(), "/api/v1/mesh/paths/c/a").send();
    assertThat(gone.status()).as(gone.body()).isEqualTo(503);
    assertThat(gone.json().getString("detail")).startsWith("node c ");
    Patience.until(
        "b knows that a and b do not reach c",
        () ->
            mesh.node("b").matrix().paths().stream()
                    .filter(path -> path.to().equals("c") && path.state() == PathState.DOWN)
                    .count()
                == 2);
    Patience.until("the scrape fails", () -> !prometheus.query("up == 0").isEmpty());
    for (String alert : List.of("EchomeshNodeDown", "EchomeshPathFailing")) {
      Patience.until(
          alert + " is pending",
          () ->
              prometheus.rules().stream()
                  .map(JsonObject.class::cast)
                  .filter(rule -> rule.getString("name").equals(alert))
                  .allMatch(rule -> !rule.getString("state").equals("inactive")));
    }
  }

  @Test
  @Order(10)
  void shouldSayThatItLostTheNodeAndCatchUpByItself() {
    LiveMesh.Node b = mesh.node("b");
    ConsolePage unused = ConsolePage.open(browser, b.url(), "node b in east");
    b.kill();
    browser.awaitText("The node does not answer since");

    b.startAgain();
    browser.await("document.querySelector('#connection').textContent === ''");
    browser.awaitText("sampled paths");
  }

  /** The shipped configuration, for these nodes, and in less time. */
  private static Path scrapes() throws IOException {
    Path shipped = Path.of("conf/prometheus");
    Files.copy(shipped.resolve("alerts.yml"), directory.resolve("alerts.yml"));
    String config = Files.readString(shipped.resolve("prometheus.yml")).replace("15s", "1s");
    for (String name : List.of("a", "b", "c")) {
      assertThat(config).contains("node-" + name + ":8007");
      config = config.replace("node-" + name + ":8007", mesh.node(name).web());
    }
    return Files.writeString(directory.resolve("prometheus.yml"), config);
  }

  private static void gather(Object json, List<String> queries) {
    if (json instanceof JsonObject object) {
      object.forEach(
          field -> {
            if (field.getKey().equals("expr")) {
              queries.add(field.getValue().toString());
            } else {
              gather(field.getValue(), queries);
            }
          });
    } else if (json instanceof JsonArray array) {
      array.forEach(each -> gather(each, queries));
    }
  }

  private static @org.jspecify.annotations.Nullable String running(LiveMesh.Node node) {
    return node.get("/api/v1/tests").getJsonArray("runs").stream()
        .map(JsonObject.class::cast)
        .filter(run -> run.getString("state").equals("running"))
        .map(run -> run.getString("id"))
        .findFirst()
        .orElse(null);
  }

  /** The latest failed probes of a path of node a. */
  private static String failures(String path) {
    return mesh.node("a").get("/api/v1/mesh/paths/" + path).getJsonArray("failures").encode();
  }

  /** A run that is ended without any has failed. */
  private static void awaitFrames(LiveMesh.Node node, String location) {
    Patience.until(
        "frames came back",
        () -> {
          JsonObject progress = node.get(location).getJsonObject("progress");
          return progress != null && progress.getLong("frames") > 0;
        });
  }

  private static JavaProcess command(String... arguments) {
    return JavaProcess.ofMain("dev.echomesh.Main", FLAGS, arguments);
  }
}
