package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Browser;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Programs;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The console in a real browser, used as a person uses it. Node and browser are the same for all.
 */
@SuppressWarnings("NullAway.Init") // the fields are set when node and browser have started
class ConsoleIT {
  private static final int TAB = 9;
  private static final int ENTER = 13;

  /** Of more digits than a JavaScript number has. */
  private static final long SEED = -9_007_199_254_740_993L;

  private static final String TOKEN = "0123456789abcdef";
  private static final String RUNS = "document.querySelectorAll('#runs > :first-child tbody tr')";

  @TempDir private static Path directory;
  private static LocalNode node;
  private static Browser browser;
  private static String url;
  private static SyntheticMesh mesh;

  private ConsolePage page;

  @BeforeEach
  void open() throws IOException {
    Programs.requireProgram("chromium");
    if (browser == null) {
      node = LocalNode.start(config());
      url = String.valueOf(node.node().url());
      browser = Browser.start(Files.createDirectory(directory.resolve("browser")));
    }
    page = ConsolePage.open(browser, url, "node a in z");
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    // not before: what a browser connects to while it closes may stay open
    if (mesh != null) {
      mesh.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @Test
  void shouldTestAPathAndShowItsReport() {
    page.token(TOKEN).view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-duration", "10m");
    browser.type("#f-warmup", "0s");
    browser.click("#test-form button.primary");

    browser.await("document.querySelectorAll('#run svg.plot').length === 2");
    browser.click("#cancel");
    browser.await("document.querySelector('#report .pass')");
    assertThat(browser.text()).contains("PASS").contains("round trip");
    assertThat(browser.eval("document.querySelectorAll('#report svg.plot').length")).isEqualTo(3);
    browser.await("document.querySelectorAll('#runs tbody tr').length > 0");
    page.assertWellMade("test");
  }

  @Test
  void shouldCompareTwoRunsAndCancelAThird() {
    page.token(TOKEN).view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-count", "50");
    browser.await("document.querySelector('#runs').textContent");
    int before = (Integer) browser.eval(RUNS + ".length");
    for (int runs = 1; runs <= 2; runs++) {
      browser.click("#test-form button.primary");
      awaitPassed(before + runs);
    }
    for (int chosen = 1; chosen <= 2; chosen++) {
      browser.click("#runs tr:nth-child(" + chosen + ") input");
    }
    browser.awaitText("Side by side");
    assertThat(browser.eval("document.querySelectorAll('#comparison thead th').length"))
        .isEqualTo(3);

    browser.type("#f-count", " ");
    browser.type("#f-duration", "10m");
    // that of the run before would be gone with it
    browser.await("!document.querySelector('#cancel')");
    browser.click("#test-form button.primary");
    // a run without a frame does not pass
    browser.await("document.querySelector('#run svg.plot')");
    browser.click("#cancel");
    awaitPassed(before + 3);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongAtTheFieldAtFault() {
    page.token(TOKEN).view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-connections", "many");
    browser.type("#f-frameLength", "64");
    browser.click("#test-form button.primary");

    browser.await("document.querySelector('#f-connections-error').textContent.includes('many')");
    assertThat(browser.eval("document.activeElement.id")).isEqualTo("f-connections");

    browser.type("#f-connections", "1");
    browser.type("#f-seed", "9223372036854775808");
    browser.click("#test-form button.primary");
    browser.await(
        "document.querySelector('#f-seed-error').textContent.startsWith('seed: 9223372036854775808"
            + " (expected a whole number, -9223372036854775808 to 9223372036854775807)')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "frameLength; 12; --frame-length",
        "duration; soon; --duration",
        "window; 5; --window",
        "rate; 1k; --rate",
        "dscp; 64; --dscp",
        "sendBuffer; -1; --send-buffer",
        "bandwidth; 1; --bandwidth",
        "source; nowhere; --source",
        "failIf; p98 > 5ms; --fail-if"
      })
  void shouldSayTheSameAsTheCommand(String field, String value, String option) {
    page.token(TOKEN).view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-" + field, value);
    browser.click("#test-form button.primary");
    browser.await("document.querySelector('#f-" + field + "-error').textContent");

    CommandRun command = CommandRun.of("test", target("echo"), option + "=" + value);
    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(browser.eval("document.querySelector('#f-" + field + "-error').textContent"))
        .isEqualTo(command.err().strip().replaceFirst("^echomesh: " + option, field));
  }

  @Test
  void shouldSayThatARunEndedWithoutAReport() {
    page.token(TOKEN).view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-duration", "10m");
    browser.click("#test-form button.primary");
    browser.await("document.querySelector('#cancel')");
    browser.await(RUNS + "[0]?.innerText.includes('under way')");
    String id = browser.eval(RUNS + "[0].cells[1].textContent").toString();
    EventBus bus = node.node().vertx().eventBus();

    bus.publish(Addresses.run(id), new JsonObject().put("id", id).put("failure", "a defect"));

    browser.awaitText("The run ended without a report: a defect");
    browser.await(RUNS + "[0].innerText.includes('no report: a defect')");
    LocalNode.await(bus.request(Addresses.TESTER_CANCEL, new JsonObject().put("id", id)));
  }

  @Test
  void shouldSaveAReportInBothForms() {
    page.token(TOKEN).view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-count", "5");
    browser.type("#f-seed", Long.toString(SEED));
    browser.click("#test-form button.primary");
    browser.await("document.querySelector('#report .pass')");
    browser.eval(
        """
        window.saved = [];
        URL.createObjectURL = (blob) => { blob.text().then((text) => saved.push(text)); return '#test'; };
        HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };""");
    for (int button = 1; button <= 2; button++) {
      browser.click("#report p.actions button:nth-of-type(" + button + ")");
      browser.await("saved.length === " + 2 * button);
    }

    assertThat(new JsonArray(browser.eval("JSON.stringify(saved)").toString()))
        .map(Object::toString)
        .satisfiesExactly(
            name -> assertThat(name).matches("[0-9a-f]{16}\\.json"),
            json -> {
              JsonObject report = new JsonObject(json);
              assertThat(report.getString("verdict")).isEqualTo("pass");
              assertThat(report.getJsonObject("request").getLong("seed")).isEqualTo(SEED);
            },
            name -> assertThat(name).matches("[0-9a-f]{16}\\.html"),
            html -> assertThat(html).contains("<html", "PASS"));
  }

  @Test
  void shouldShowWhatEndpointsDoNow() throws IOException {
    page.view("echo");
    try (OpenConnection client = OpenConnection.to(node.port("other"))) {
      assertThat(client.echoes(1000)).isTrue();

      String row =
          "[...document.querySelectorAll('#endpoints tbody tr')].find((row) =>"
              + " row.cells[0].textContent === 'other')";
      browser.await(row + "?.cells[4].textContent === '1'");
      browser.await(row + ".cells[5].textContent.endsWith('B/s')");
      assertThat(browser.eval(row + ".innerText").toString())
          .contains(target("other"), "stream", "none");
    }
  }

  @Test
  void shouldSwitchFaultsOnAndOff() {
    page.token(TOKEN).view("echo");
    browser.awaitText("other");
    browser.type("#faults-other", "delay=20ms corrupt=1/100");
    browser.click("#faults form:has(#faults-other) button.primary");
    browser.awaitText("It misbehaves.");
    assertThat(node.info("other").faults().isNone()).isFalse();
    browser.click("#faults form:has(#faults-other) button:not(.primary)");
    browser.awaitText("It is well.");

    assertThat(node.info("other").faults().isNone()).isTrue();
    page.assertWellMade("echo");
  }

  @Test
  void shouldLeadByKeyboardAlone() {
    browser.eval("document.activeElement.blur()");
    for (int tabs = 0; tabs < 3; tabs++) { // past the skip link and Mesh
      browser.press("Tab", TAB);
    }
    assertThat(browser.eval("document.activeElement.textContent")).isEqualTo("Test");
    browser.press("Enter", ENTER);
    browser.await("document.querySelector('#test-form')");
    browser.eval("document.querySelector('#f-target').focus()");
    browser.press("Enter", ENTER);
    browser.await("document.querySelector('#f-target-error, #form-error').textContent");
  }

  @Test
  void shouldTransferLittleAndNothingFromElsewhere() {
    browser.awaitText("This node is on its own");
    long bytes = 0;
    for (String each : browser.requests()) {
      assertThat(each).matches("(about:blank|(http|ws)://127\\.0\\.0\\.1:\\d+/.*)");
      if (each.startsWith("http")) {
        bytes += HttpCall.get(url, each.replaceFirst("^http://[^/]*", "")).send().body().length();
      }
    }

    assertThat(bytes).isBetween(10_000L, 300L << 10);
    page.assertWellMade("alone");
  }

  @Test
  void shouldShowAMeshOfTwoHundredNodesAsAPictureWithAListOfWhatIsWrong() {
    mesh = SyntheticMesh.of(200);
    page = ConsolePage.open(browser, mesh.url(), "Mesh of 200 nodes");
    browser.awaitText("n-007 is down");
    browser.awaitText("Nodes that are not well");
    assertThat(browser.eval("document.querySelector('canvas').width")).isEqualTo(800);
    int wrong = mesh.broken();
    browser.awaitText(wrong + " paths are not ok");
    assertThat(browser.eval("document.querySelectorAll('[data-path]').length")).isEqualTo(wrong);
    page.picture("mesh-200");

    browser.eval(
        "document.querySelector(\"[data-path='list " + mesh.brokenPath() + "']\").focus()");
    browser.press("Enter", ENTER);
    browser.await("document.querySelector('#path').innerText.includes('nobody listens there')");
    assertThat(browser.eval("document.activeElement.textContent")).isEqualTo(mesh.brokenPath());
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldGiveTheBusToNoPageOfAnotherSite() {
    HttpCall call =
        HttpCall.get(url, "/eventbus/websocket")
            .header("Origin", "http://evil.example")
            .header("Upgrade", "websocket")
            .header("Connection", "Upgrade")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==");

    assertThat(call.send().status()).isEqualTo(403);
  }

  @Test
  void shouldTakeNoCommandFromTheBusWithoutAToken() {
    String answer =
        """
        new Promise((resolve) => {
          const socket = new WebSocket(location.origin.replace('http', 'ws') + '/eventbus/websocket');
          socket.binaryType = 'arraybuffer';
          socket.onopen = () => socket.send(JSON.stringify({type: 'send', address: 'echomesh.tester.run',
            replyAddress: 'r', headers: {token: 'not-the-token-at-all'}, body: {target: '127.0.0.1:1'}}));
          socket.onmessage = (event) => resolve(typeof event.data === 'string' ? event.data
            : new TextDecoder().decode(event.data));
        })""";

    assertThat(browser.eval(answer).toString()).contains("rejected");
  }

  private static String config() throws IOException {
    Path tokens = Files.writeString(directory.resolve("tokens"), TOKEN + "\n");
    return """
        node: {name: a, zone: z}
        echo: {endpoints: [{name: echo, port: 0}, {name: other, port: 0}]}
        web: {enabled: true, port: 0, tokenFile: '%s'}
        """
        .formatted(tokens);
  }

  private static String target(String endpoint) {
    return "127.0.0.1:" + node.port(endpoint);
  }

  /** The newest is the first. */
  private static void awaitPassed(int runs) {
    browser.await(RUNS + ".length === " + runs + " && " + RUNS + "[0].querySelector('.pass')");
  }
}
