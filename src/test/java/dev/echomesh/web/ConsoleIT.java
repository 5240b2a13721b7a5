package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Browser;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser, used as a person uses it. */
@SuppressWarnings("NullAway.Init") // the fields are set when node and browser have started
class ConsoleIT {
  private static final int TAB = 9;
  private static final int ENTER = 13;

  private LocalNode node;
  private Browser browser;
  private String url;
  private Path pictures;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    Programs.requireProgram("chromium");
    pictures = Files.createDirectories(Path.of("target", "screenshots"));
    Path tokenFile = directory.resolve("tokens");
    node =
        LocalNode.start(
            """
            node: {name: a, zone: z}
            echo: {endpoints: [{name: echo, port: 0}, {name: other, port: 0}]}
            web: {enabled: true, port: 0, tokenFile: '%s'}
            """
                .formatted(tokenFile));
    url = String.valueOf(node.node().url());
    browser = Browser.start(Files.createDirectory(directory.resolve("browser")));
    browser.look(1200, 900, false);
    browser.open(url);
    browser.awaitText("node a in z");
    browser.click("#token-button");
    browser.type("#token", Files.readString(tokenFile).strip());
    browser.click("#token-dialog button[value=save]");
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
    if (node != null) {
      node.close();
    }
  }

  @Test
  void shouldTestAPathAndShowItsReport() {
    view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-duration", "3s");
    browser.type("#f-warmup", "0s");
    browser.click("#test-form button.primary");

    browser.await("document.querySelectorAll('#run svg.plot').length === 2");
    browser.await("document.querySelector('#report .pass')");
    assertThat(browser.text()).contains("PASS").contains("round trip");
    assertThat(browser.eval("document.querySelectorAll('#report svg.plot').length")).isEqualTo(3);
    browser.await("document.querySelectorAll('#runs tbody tr').length === 1");
    assertAccessible();
    picture("test");
    assertQuiet();
  }

  @Test
  void shouldCompareTwoRunsAndCancelAThird() {
    view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-count", "50");
    for (int runs = 1; runs <= 2; runs++) {
      browser.click("#test-form button.primary");
      browser.await("document.querySelectorAll('#runs .pass').length === " + runs);
    }
    browser.eval("document.querySelectorAll('#runs input').forEach((box) => box.click())");
    browser.awaitText("Side by side");

    browser.type("#f-count", " ");
    browser.type("#f-duration", "10m");
    browser.click("#test-form button.primary");
    browser.click("#cancel");
    browser.await("document.querySelectorAll('#runs .pass').length === 3");
    assertQuiet();
  }

  @Test
  void shouldSayWhatIsWrongAtTheFieldAtFault() {
    view("test");
    browser.type("#f-target", target("echo"));
    browser.type("#f-connections", "many");
    browser.type("#f-frameLength", "64");
    browser.click("#test-form button.primary");

    browser.await("document.querySelector('#f-connections-error').textContent.includes('many')");
    assertThat(browser.eval("document.activeElement.id")).isEqualTo("f-connections");
    assertAccessible();
  }

  @Test
  void shouldSwitchFaultsOnAndOff() {
    view("echo");
    browser.awaitText("other");
    browser.type("#faults-other", "delay=20ms corrupt=1/100");
    browser.click("#faults form:has(#faults-other) button.primary");
    browser.awaitText("It misbehaves.");
    assertThat(node.info("other").faults().isNone()).isFalse();
    browser.click("#faults form:has(#faults-other) button:not(.primary)");
    browser.awaitText("It is well.");

    assertThat(node.info("other").faults().isNone()).isTrue();
    assertAccessible();
    picture("echo");
    assertQuiet();
  }

  @Test
  void shouldSayThatItLostTheNode() {
    node.close();

    browser.awaitText("The node does not answer since");
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
  }

  @Test
  void shouldTransferLittleAndNothingFromElsewhere() {
    long bytes = 0;
    for (String each : List.copyOf(browser.requests())) {
      assertThat(each).matches("(about:blank|(http|ws)://127\\.0\\.0\\.1:\\d+/.*)");
      if (each.startsWith("http") && !each.contains("/api/")) {
        bytes += HttpCall.get(url, each.replaceFirst("^http://[^/]*", "")).send().body().length();
      }
    }

    assertThat(bytes).isBetween(10_000L, 300_000L);
    browser.awaitText("This node is on its own");
    assertAccessible();
    picture("alone");
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

  private void view(String name) {
    browser.click("nav a[href='#" + name + "']");
    browser.await("document.getElementById('content').className === '" + name + "'");
  }

  private String target(String endpoint) {
    return "127.0.0.1:" + node.port(endpoint);
  }

  /** Light and dark, wide and narrow; to be looked at. */
  private void picture(String name) {
    for (Map.Entry<String, int[]> size :
        Map.of("wide", new int[] {1200, 900}, "narrow", new int[] {390, 800}).entrySet()) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.look(size.getValue()[0], size.getValue()[1], dark);
        assertThat(browser.eval("document.documentElement.scrollWidth <= innerWidth"))
            .as("%s, %s: nothing hangs out", name, size.getKey())
            .isEqualTo(true);
        browser.screenshot(
            pictures.resolve(name + "-" + size.getKey() + (dark ? "-dark" : "") + ".png"));
      }
    }
  }

  /** No serious finding of axe-core, light and dark. */
  private void assertAccessible() {
    for (boolean dark : new boolean[] {false, true}) {
      browser.look(1200, 900, dark);
      browser.eval(axe());
      assertThat(
              browser.eval(
                  """
                  axe.run().then((found) => found.violations
                    .filter((each) => ['serious', 'critical'].includes(each.impact))
                    .map((each) => each.id + ' ' + each.nodes.map((node) => node.html).join(' '))
                    .join('\\n'))"""))
          .isEqualTo("");
    }
  }

  private static String axe() {
    try (InputStream in = ConsoleIT.class.getResourceAsStream("/axe.min.js")) {
      if (in == null) {
        throw new IllegalStateException("axe.min.js is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "; 0";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertQuiet() {
    assertThat(browser.complaints()).isEmpty();
  }
}
