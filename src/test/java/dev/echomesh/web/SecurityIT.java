package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.config.InvalidConfigException;
import dev.echomesh.config.StartException;
import dev.echomesh.testing.CapturedLog;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PlainWebSocket;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask for what. */
class SecurityIT {
  private static final String WRONG = "not-the-right-token";
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();

  @TempDir private Path directory;

  @Test
  void shouldRefuseEveryCommandWithoutToken() throws IOException {
    try (LocalNode node = start("tokenFile: '" + tokens() + "'")) {
      String url = url(node);
      String token = Files.readString(tokens()).strip();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokens())))
          .isEqualTo("rw-------");

      for (Operation each : commands(node)) {
        assertThat(call(url, each).send().status()).as(each.path()).isEqualTo(401);
        HttpCall.Reply wrong = call(url, each).token(WRONG).send();
        assertThat(wrong.status()).as(each.path()).isEqualTo(401);
        assertThat(wrong.header("WWW-Authenticate")).contains("Bearer", "invalid_token");
        assertThat(call(url, each).header("Authorization", "Basic " + token).send().status())
            .as(each.path())
            .isEqualTo(401);
        assertThat(
                call(url, each)
                    .token(token)
                    .header("Origin", "http://evil.example")
                    .send()
                    .status())
            .as(each.path())
            .isEqualTo(403);
        assertThat(
                call(url, each).token(token).header("Sec-Fetch-Site", "cross-site").send().status())
            .as(each.path())
            .isEqualTo(403);
        assertThat(call(url, each).token(token).send().status())
            .as(each.path())
            .isNotIn(200, 202, 401, 403);
      }
      assertThat(
              HttpCall.of(url, "POST", "/api/v1/tests")
                  .token(token)
                  .header("Content-Type", "text/plain")
                  .body("{\"target\": \"127.0.0.1:7\"}".getBytes(StandardCharsets.UTF_8))
                  .send()
                  .status())
          .isEqualTo(415);
    }
  }

  @Test
  void shouldLetReadOnLoopbackUnderItsOwnNamesOnly() {
    try (LocalNode node = start("names: [mesh.example]")) {
      String url = url(node);
      for (String host : List.of("localhost", "mesh.example:80", "127.0.0.1")) {
        HttpCall.Reply reply = HttpCall.get(url, "/api/v1/node").header("Host", host).send();
        assertThat(reply.status()).as(host).isEqualTo(200);
        assertThat(reply.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.headers()).doesNotContainKeys("Server", "Access-Control-Allow-Origin");
      }
      assertThat(HttpCall.get(url, "/api/v1/node").header("Host", "evil.example").send().status())
          .isEqualTo(421);
      for (Operation each : commands(node)) {
        HttpCall.Reply refused = call(url, each).send();
        assertThat(refused.status()).as(each.path()).isEqualTo(403);
        assertThat(refused.json().getString("detail")).contains("web.tokenFile");
      }
    }
  }

  @Test
  void shouldAnswerNobodyWithoutTokenWhereOthersCanReachIt() throws IOException {
    try (LocalNode node = start("host: 0.0.0.0, tokenFile: '" + tokens() + "'")) {
      String url = url(node);
      for (Operation each : WebVerticle.operations(node.node().vertx(), null)) {
        assertThat(call(url, each).send().status()).as(each.path()).isEqualTo(401);
      }
      assertThat(HttpCall.get(url, "/nothing-here").send().status()).isEqualTo(401);
      assertThat(
              HttpCall.get(url, "/api/v1/node")
                  .token(Files.readString(tokens()).strip())
                  .header("Host", "any.name.example")
                  .send()
                  .status())
          .isEqualTo(200);
    }
    try (LocalNode node = start("host: 0.0.0.0, openHealth: true, tokenFile: '" + tokens() + "'")) {
      assertThat(HttpCall.get(url(node), "/health/live").send().status()).isEqualTo(200);
      assertThat(HttpCall.get(url(node), "/api/v1/node").send().status()).isEqualTo(401);
    }
  }

  @Test
  void shouldFollowItsTokens() throws IOException {
    String first = "first-token-0123456789";
    String second = "second-token-0123456789";
    Files.writeString(tokens(), first);
    try (LocalNode node = start("tokenFile: '" + tokens() + "'")) {
      String url = url(node);
      Files.writeString(tokens(), "# new\n" + second + "\n");
      Patience.until("the second token", () -> reads(url, second));
      assertThat(reads(url, first)).isFalse();
    }
    Files.writeString(tokens(), "short");
    assertThatThrownBy(() -> start("tokenFile: '" + tokens() + "'"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("web.tokenFile: " + tokens())
        .hasMessageContaining("expected one a line");
  }

  @Test
  void shouldTakeACertificateForAToken() throws IOException {
    String tls =
        "tls: {certFile: '%s', keyFile: '%s', clientCaFile: '%s'}"
            .formatted(
                CERTIFICATES.serverCertificate(), CERTIFICATES.serverKey(), CERTIFICATES.ca());
    try (LocalNode node = start("host: 0.0.0.0, " + tls)) {
      String url = url(node);
      assertThat(url).startsWith("https://");
      assertThat(
              HttpCall.get(url, "/api/v1/node")
                  .over(CERTIFICATES.clientContextWithCertificate().getSocketFactory())
                  .send()
                  .status())
          .isEqualTo(200);
      assertThatThrownBy(
              () ->
                  HttpCall.get(url, "/api/v1/node")
                      .over(CERTIFICATES.clientContext().getSocketFactory())
                      .send())
          .isInstanceOfAny(UncheckedIOException.class, AssertionError.class);
    }
    try (LocalNode node = start("tokenFile: '" + tokens() + "', " + tls)) {
      HttpCall command = HttpCall.of(url(node), "DELETE", "/api/v1/tests/x");
      assertThat(
              command
                  .over(CERTIFICATES.clientContextWithCertificate().getSocketFactory())
                  .send()
                  .status())
          .isEqualTo(404);
      assertThat(command.over(CERTIFICATES.clientContext().getSocketFactory()).send().status())
          .isEqualTo(401);
    }
  }

  @Test
  void shouldTakeWhatIsNoTokenForNoneOnTheBus() throws IOException {
    try (LocalNode node = start("maxConnections: 9");
        CapturedLog log = CapturedLog.start();
        PlainWebSocket browser = PlainWebSocket.open(url(node), "eventbus/websocket")) {
      for (String headers : List.of("\"x\"", "7", "{\"token\": 7}", "null")) {
        browser.send(
            "{\"type\": \"publish\", \"address\": \"echomesh.tester.run\", \"body\": {}, \"headers\": "
                + headers
                + "}");
        assertThat(browser.readUntil("rejected")).contains("err");
      }
      assertThat(log.text()).doesNotContain("Exception");
    }
  }

  @Test
  void shouldLetABrowserGoThatDoesNotReadWhatItAskedFor() throws IOException {
    try (LocalNode node = start("maxConnections: 1");
        CapturedLog log = CapturedLog.start();
        PlainWebSocket browser = PlainWebSocket.open(url(node), "eventbus/websocket")) {
      browser.send("{\"type\": \"register\", \"address\": \"echomesh.mesh.changes\"}");
      EventBus bus = node.node().vertx().eventBus();
      Patience.until(
          "it follows",
          () -> {
            bus.publish("echomesh.mesh.changes", new JsonObject());
            return browser.in().available() > 0;
          });
      JsonObject news = new JsonObject().put("text", "x".repeat(100_000));
      for (int i = 0; i < 300; i++) {
        bus.publish("echomesh.mesh.changes", news);
      }

      Patience.until("there is room for others", () -> answers(node));
      assertThat(browser.in().available()).as("it is not read from").isPositive();
      assertThat(log.text()).doesNotContain("ERROR");
    }
  }

  @Test
  void shouldHaveNoOtherWayToTheBus() {
    try (LocalNode node = start("maxConnections: 9")) {
      for (String path : List.of("info", "1/abc/websocket", "1/abc/xhr", "", "iframe.html")) {
        assertThat(HttpCall.get(url(node), "/eventbus/" + path).send().status())
            .as(path)
            .isEqualTo(404);
        assertThatThrownBy(() -> PlainWebSocket.open(url(node), "eventbus/" + path))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("404");
      }
    }
  }

  private static boolean answers(LocalNode node) {
    try {
      return HttpCall.get(url(node), "/health/live").send().status() == 200;
    } catch (RuntimeException turnedAway) {
      return false;
    }
  }

  @Test
  void shouldNotStartWhereEverybodyCouldCommandIt() {
    assertThatThrownBy(() -> start("host: 0.0.0.0"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("web.host: 0.0.0.0 (expected a loopback address, or web.tokenFile");
  }

  @Test
  void shouldNameAPortInUse() {
    try (LocalNode node = start("maxConnections: 9")) {
      int port = java.net.URI.create(url(node)).getPort();
      assertThatThrownBy(
              () ->
                  LocalNode.start(
                      "{echo: {endpoints: []}, web: {enabled: true, port: %d}}".formatted(port)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("web: cannot listen on 127.0.0.1:" + port)
          .hasMessageContaining("the port is in use");
    }
  }

  private static List<Operation> commands(LocalNode node) {
    return WebVerticle.operations(node.node().vertx(), null).stream()
        .filter(each -> each.access() == Access.COMMAND)
        .toList();
  }

  @Test
  void shouldShowARenewedCertificateAndGoOnWithOldConnections() throws IOException {
    Path certificate = Files.copy(CERTIFICATES.serverCertificate(), directory.resolve("cert.pem"));
    Path key = Files.copy(CERTIFICATES.serverKey(), directory.resolve("key.pem"));
    TestCertificates renewed =
        TestCertificates.createIn(Files.createDirectory(directory.resolve("renewed")));
    String web = "tls: {certFile: '%s', keyFile: '%s'}".formatted(certificate, key);
    try (LocalNode node = start(web)) {
      URI url = URI.create(url(node));
      try (Socket before =
          CERTIFICATES
              .clientContext()
              .getSocketFactory()
              .createSocket(url.getHost(), url.getPort())) {
        assertThat(answer(before)).startsWith("HTTP/1.1 200");

        Files.copy(renewed.serverCertificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(renewed.serverKey(), key, StandardCopyOption.REPLACE_EXISTING);
        node.follow(yaml(web));

        assertThat(
                HttpCall.get(url(node), "/health/live")
                    .over(renewed.clientContext().getSocketFactory())
                    .send()
                    .status())
            .isEqualTo(200);
        assertThatThrownBy(
                () ->
                    HttpCall.get(url(node), "/health/live")
                        .over(CERTIFICATES.clientContext().getSocketFactory())
                        .send())
            .isInstanceOf(UncheckedIOException.class);
        assertThat(answer(before)).startsWith("HTTP/1.1 200");
      }
    }
  }

  /** Asks on a connection that stays, and says the first that came back. */
  private static String answer(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    byte[] chunk = new byte[4096];
    int length = socket.getInputStream().read(chunk);
    return new String(chunk, 0, Math.max(0, length), StandardCharsets.US_ASCII);
  }

  private static HttpCall call(String url, Operation operation) {
    return HttpCall.of(url, operation.method().name(), operation.path().replaceAll("[{}]", ""));
  }

  private static boolean reads(String url, String token) {
    return HttpCall.get(url, "/api/v1/node").token(token).send().status() == 200;
  }

  private Path tokens() {
    return directory.resolve("tokens");
  }

  private static LocalNode start(String web) {
    return LocalNode.start(yaml(web));
  }

  private static String yaml(String web) {
    return "{echo: {endpoints: [{name: echo, port: 0}]}, web: {enabled: true, port: 0, %s}}"
        .formatted(web);
  }

  private static String url(LocalNode node) {
    return String.valueOf(node.node().url());
  }
}
