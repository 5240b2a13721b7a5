package dev.echomesh.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.RemoteAddresses;
import dev.echomesh.config.StartException;
import dev.echomesh.testing.CapturedLog;
import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServerOptions;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();
  private static final String TOKEN = "a-secret-of-this-test";
  private static final String OTHER_TOKEN = "another-secret-of-this-test";

  @Test
  void shouldRunATestAndTellItsProgressAndReport() throws IOException {
    try (LocalNode node = node("");
        BridgeClient client = BridgeClient.to(node.node().bridgePort())) {
      String id =
          client
              .say("register", "echomesh.reports")
              .request("echomesh.tester.run", test(node).put("duration", "10m"))
              .getJsonObject("body")
              .getString("id");
      client.say("register", "echomesh.run." + id);

      JsonObject progress = client.next();
      assertThat(progress.getString("address")).isEqualTo("echomesh.run." + id);
      assertThat(progress.getJsonObject("body").getString("type")).isEqualTo("progress");
      client.say(
          new JsonObject()
              .put("type", "send")
              .put("address", "echomesh.tester.cancel")
              .put("body", new JsonObject().put("id", id)));
      JsonObject frame = client.next();
      while (!frame.getString("address").equals("echomesh.reports")) {
        frame = client.next();
      }
      assertThat(frame.getJsonObject("body").getString("id")).isEqualTo(id);
      assertThat(frame.getJsonObject("body").getString("verdict")).isEqualTo("pass");
    }
  }

  @Test
  void shouldAnswerAsVertxsOwnBridgeDoes() throws IOException {
    try (LocalNode node = node("")) {
      Vertx vertx = node.node().vertx();
      BridgeOptions permitted = new BridgeOptions();
      RemoteAddresses.REQUESTS.forEach(
          each -> permitted.addInboundPermitted(new PermittedOptions().setAddressRegex(each)));
      RemoteAddresses.SUBSCRIPTIONS.forEach(
          each -> permitted.addOutboundPermitted(new PermittedOptions().setAddressRegex(each)));
      TcpEventBusBridge theirs =
          TcpEventBusBridge.create(
              vertx, permitted, new NetServerOptions().setPort(0).setHost("127.0.0.1"));
      // it does not tell its port
      int port = FreePorts.one();
      var unused = LocalNode.await(theirs.listen(port));

      List<JsonObject> expected = converse(vertx, port);
      List<JsonObject> answers = converse(vertx, node.node().bridgePort());
      var unusedToo = LocalNode.await(theirs.close());

      assertThat(answers).hasSameSizeAs(expected);
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).getMap()).containsAllEntriesOf(expected.get(i).getMap());
      }
    }
  }

  private static List<JsonObject> converse(Vertx vertx, int port) throws IOException {
    JsonObject nothing = new JsonObject();
    List<JsonObject> answers = new ArrayList<>();
    try (BridgeClient client = BridgeClient.to(port)) {
      answers.add(client.say(new JsonObject().put("type", "ping")).next());
      answers.add(
          client.request(
              "echomesh.echo.connections", new JsonObject().put("clients", List.of("::1:1"))));
      answers.add(client.request("echomesh.tester.run", nothing));
      answers.add(client.request("echomesh.tester.cancel", new JsonObject().put("id", "none")));
      answers.add(client.request("echomesh.node.nobody.tester.run", nothing));
      answers.add(client.say("send", "echomesh.echo.fault").next());
      answers.add(client.say("register", "echomesh.echo.fault").next());
      answers.add(client.say("unregister", "echomesh.run.1").next());
      client.say("register", "echomesh.run.1").say(new JsonObject().put("type", "ping"));
      answers.add(client.next());
      vertx.eventBus().publish("echomesh.run.1", new JsonObject().put("id", "1"));
      answers.add(client.next());
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"echomesh.echo.fault", "echomesh.tester.probe", "__vertx.reply.1", "any", ""})
  void shouldDenyWhatIsNotPermitted(String address) throws IOException {
    try (LocalNode node = node("");
        BridgeClient client = BridgeClient.to(node.node().bridgePort())) {
      assertThat(client.request(address, new JsonObject()).getString("message"))
          .isEqualTo("access_denied");
      for (String type : List.of("send", "publish", "register")) {
        assertThat(client.say(type, address).next().getString("message"))
            .as(type)
            .isEqualTo("access_denied");
      }
    }
  }

  @Test
  void shouldBindRunsToTheTestersAllowList() throws IOException {
    try (LocalNode node = node("");
        BridgeClient client = BridgeClient.to(node.node().bridgePort())) {
      JsonObject refusal =
          client.request("echomesh.tester.run", new JsonObject().put("target", "192.0.2.1:7"));

      assertThat(refusal.getString("type")).isEqualTo("err");
      assertThat(refusal.getInteger("failureCode")).isEqualTo(403);
      assertThat(refusal.getString("message")).contains("192.0.2.1", "tester.allow");
    }
  }

  @Test
  void shouldServeOnlyWhoNamesATokenAndEndWhoNamedOneThatIsRenewed(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("token"), TOKEN);
    String yaml = yaml("tokenFile: " + file);
    try (LocalNode node = LocalNode.start(yaml);
        BridgeClient known = BridgeClient.to(node.node().bridgePort())) {
      int port = node.node().bridgePort();
      for (String wrong : new String[] {null, "", TOKEN + "x", OTHER_TOKEN}) {
        assertUnauthorized(port, wrong);
      }
      assertThat(known.request("echomesh.node.health", null, TOKEN).getString("type"))
          .isEqualTo("message");
      assertThat(known.request("echomesh.node.health", null).getString("type"))
          .as("once known")
          .isEqualTo("message");

      Files.writeString(file, OTHER_TOKEN);
      node.follow(yaml);

      assertThat(known.isEnded()).isTrue();
      assertUnauthorized(port, TOKEN);
      try (BridgeClient client = BridgeClient.to(port)) {
        assertThat(client.request("echomesh.node.health", null, OTHER_TOKEN).getString("type"))
            .isEqualTo("message");
      }
      Files.writeString(file, "short");
      assertThatThrownBy(() -> node.follow(yaml))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "bridge.tcp.tokenFile: %s: holds no tokens"
                  + " (expected one a line, of 16 to 512 letters, digits or -._~+/)",
              file);
      try (BridgeClient client = BridgeClient.to(port)) {
        assertThat(client.request("echomesh.node.health", null, OTHER_TOKEN).getString("type"))
            .isEqualTo("message");
      }
    }
  }

  private static void assertUnauthorized(int port, String token) throws IOException {
    try (BridgeClient client = BridgeClient.to(port)) {
      assertThat(client.request("echomesh.node.health", null, token).getString("message"))
          .isEqualTo("unauthorized");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void shouldServeOverMutualTlsOnlyWhoShowsACertificate() throws IOException {
    String tls =
        "tls: {certFile: %s, keyFile: %s, clientCaFile: %s}"
            .formatted(
                CERTIFICATES.serverCertificate(), CERTIFICATES.serverKey(), CERTIFICATES.ca());
    try (LocalNode node = LocalNode.start(yaml("host: 0.0.0.0, " + tls))) {
      int port = node.node().bridgePort();
      try (BridgeClient client =
          BridgeClient.to(port, CERTIFICATES.clientContextWithCertificate())) {
        assertThat(client.request("echomesh.node.health", null).getString("type"))
            .isEqualTo("message");
      }
      assertThatThrownBy(
              () -> {
                try (BridgeClient client = BridgeClient.to(port, CERTIFICATES.strangerContext())) {
                  client.request("echomesh.node.health", null);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldEndWhoSendsNoFrames() throws IOException {
    try (LocalNode node = node("")) {
      int port = node.node().bridgePort();
      assertRefused(
          port,
          Buffer.buffer().appendInt(Integer.MAX_VALUE),
          "frame length: 2147483647 (expected 0 to 65536)");
      assertRefused(
          port, Buffer.buffer().appendInt(-1), "frame length: 4294967295 (expected 0 to 65536)");
      for (String text : List.of("", "no", "[]", "{\"headers\": 1}", "[".repeat(60_000))) {
        assertRefused(
            port,
            Buffer.buffer().appendInt(text.length()).appendString(text),
            "a frame is not a JSON object with the texts type, address, replyAddress and the"
                + " object headers");
      }
      assertServed(port);
    }
  }

  private static void assertRefused(int port, Buffer bytes, String message) throws IOException {
    try (BridgeClient client = BridgeClient.to(port)) {
      assertThat(client.write(bytes).next().getString("message")).isEqualTo(message);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void shouldEndWhoIsIdleOrNeverCompletesAFrame(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), TOKEN);
    try (LocalNode open = node("idleTimeout: 0s");
        LocalNode idle = node("idleTimeout: 100ms");
        LocalNode closed = LocalNode.start(yaml("idleTimeout: 0s, tokenFile: " + file));
        BridgeClient dribbling = BridgeClient.to(open.node().bridgePort());
        BridgeClient quiet = BridgeClient.to(open.node().bridgePort());
        BridgeClient idling = BridgeClient.to(idle.node().bridgePort());
        BridgeClient unknown = BridgeClient.to(closed.node().bridgePort())) {
      dribbling.write(Buffer.buffer().appendInt(100).appendString("{"));

      assertThat(idling.isEnded()).isTrue();
      assertThat(unknown.isEnded()).isTrue();
      assertThat(dribbling.isEnded()).isTrue();
      assertThat(quiet.request("echomesh.node.health", null).getString("type"))
          .isEqualTo("message");
    }
  }

  @Test
  void shouldResetWhoDoesNotTakeTheAnswers() throws IOException {
    try (CapturedLog log = CapturedLog.start();
        LocalNode node = node("");
        BridgeClient client = BridgeClient.to(node.node().bridgePort())) {
      JsonObject request =
          new JsonObject()
              .put("type", "send")
              .put("address", "echomesh.echo.fault")
              .put("replyAddress", "long".repeat(10_000));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  client.say(request);
                }
              })
          .isInstanceOf(IOException.class);

      log.awaitLine("bridge: client .* does not take what it follows");
      assertServed(node.node().bridgePort());
    }
  }

  @Test
  void shouldAnswerWhatWasAskedBeforeAHalfCloseAndThenEnd() throws IOException {
    try (LocalNode node = node("");
        BridgeClient client = BridgeClient.to(node.node().bridgePort())) {
      client
          .say(
              new JsonObject()
                  .put("type", "send")
                  .put("address", "echomesh.node.health")
                  .put("replyAddress", "mine"))
          .endOutput();

      assertThat(client.next().getString("address")).isEqualTo("mine");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void shouldCloseOneConnectionTooMany() throws IOException {
    try (LocalNode node = node("maxConnections: 1")) {
      int port = node.node().bridgePort();
      try (BridgeClient first = BridgeClient.to(port)) {
        assertThat(first.request("echomesh.node.health", null).getString("type"))
            .isEqualTo("message");
        try (BridgeClient second = BridgeClient.to(port)) {
          assertThat(second.isEnded()).isTrue();
        }
      }
      Patience.until(
          "there is room again",
          () -> {
            try {
              assertServed(port);
              return true;
            } catch (IOException refused) {
              return false;
            }
          });
    }
  }

  @Test
  void shouldBeOffByDefaultAndFollowTheConfiguration() throws IOException {
    String off = "echo: {endpoints: [{name: e, port: 0}]}";
    try (LocalNode node = LocalNode.start(off)) {
      assertThat(node.node().bridgePort()).isZero();

      node.follow(yaml(""));
      int port = node.node().bridgePort();
      assertServed(port);
      try (BridgeClient client = BridgeClient.to(port)) {
        node.follow(yaml(""));
        assertThat(client.request("echomesh.node.health", null).getString("type"))
            .as("without a change")
            .isEqualTo("message");

        node.follow(off);
        assertThat(client.isEnded()).isTrue();
      }
      assertThatThrownBy(() -> assertServed(port)).isInstanceOf(IOException.class);
    }
  }

  private static void assertServed(int port) throws IOException {
    try (BridgeClient client = BridgeClient.to(port)) {
      assertThat(client.request("echomesh.node.health", null).getString("type"))
          .isEqualTo("message");
    }
  }

  private static JsonObject test(LocalNode node) {
    return new JsonObject().put("target", "127.0.0.1:" + node.port("e")).put("warmup", "0s");
  }

  private static LocalNode node(String bridge) {
    return LocalNode.start(yaml(bridge));
  }

  private static String yaml(String bridge) {
    return """
        echo: {endpoints: [{name: e, port: 0}]}
        bridge: {tcp: {enabled: true, port: 0%s}}
        """
        .formatted(bridge.isEmpty() ? "" : ", " + bridge);
  }
}
