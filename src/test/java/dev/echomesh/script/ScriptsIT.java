package dev.echomesh.script;

import static dev.echomesh.testing.LocalNode.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestRequest;
import dev.echomesh.testing.CapturedLog;
import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.RefusingPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verticles in Groovy and JavaScript on a live node: those that are shipped, and broken ones. */
class ScriptsIT {
  private static final Path SHIPPED = Path.of("conf/verticles");
  private static final String ECHO = "echo: {endpoints: [{name: echo, port: 0}]}\n";

  private final Path directory;

  ScriptsIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @ValueSource(strings = {"groovy", "js"})
  void shouldFollowFileAndConfigurationAndKeepWhatRunsWhenTheNewIsBroken(String suffix)
      throws IOException {
    Path file = directory.resolve("upper." + suffix);
    String shipped = Files.readString(SHIPPED.resolve(file.getFileName()));
    Files.writeString(file, shipped);
    List<Integer> ports = FreePorts.several(2);
    int port = ports.get(0);
    int moved = ports.get(1);
    try (CapturedLog log = CapturedLog.start();
        LocalNode node = LocalNode.start(ECHO + verticle(file, port))) {
      assertThat(answer(port, "größer, déjà 1")).isEqualTo("GRößER, DéJà 1");

      Files.writeString(file, shipped.substring(0, shipped.indexOf(".listen(")));
      log.awaitLine("verticle upper: \\S*upper\\." + suffix + ":\\d+: ");
      assertThat(answer(port, "half a file")).isEqualTo("HALF A FILE");

      Files.writeString(
          file, shipped.replace("[a-z]", "[A-Z]").replace("toUpperCase", "toLowerCase"));
      Patience.until("the new one answers", () -> isLowered(port));

      node.follow(ECHO + verticle(file, moved));
      assertThat(answer(moved, "ABC")).isEqualTo("abc");
      assertThat(OpenConnection.isRefused(port)).isTrue();

      node.follow(ECHO);
      assertThat(OpenConnection.isRefused(moved)).isTrue();
      assertThat(log.text().lines().filter(line -> line.contains("ERROR"))).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"groovy", "js"})
  void shouldPostTheReportOfAFailedRunToAWebhook(String suffix) {
    Vertx others = Vertx.vertx();
    Promise<JsonObject> posted = Promise.promise();
    HttpServer hook =
        await(
            others
                .createHttpServer()
                .requestHandler(
                    request -> {
                      request.body().map(body -> new JsonObject(body)).onComplete(posted);
                      var unused = request.response().end();
                    })
                .listen(0, "127.0.0.1"));
    String yaml =
        ECHO
            + "verticles: [{name: hook, file: %s, config: {url: 'http://127.0.0.1:%d/x'}}]"
                .formatted(SHIPPED.resolve("webhook." + suffix), hook.actualPort());
    try (RefusingPort nobody = RefusingPort.reserve();
        LocalNode node = LocalNode.start(yaml)) {
      await(run(node, node.port("echo")));
      assertThat(posted.future().isComplete()).as("a run that passed is posted").isFalse();

      await(run(node, nobody.port()));

      assertThat(await(posted.future()).getString("verdict")).isEqualTo("fail");
      assertThat(await(posted.future()).getJsonObject("target").getInteger("port"))
          .isEqualTo(nobody.port());
    } finally {
      await(others.close());
    }
  }

  private static Future<?> run(LocalNode node, int port) {
    return node.node()
        .tester()
        .run(TestRequest.to("127.0.0.1:" + port).count(3).build(), id -> {}, progress -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "groovy, '\n\ndef x = (', :3: ",
    "groovy, '\nnope(1)', ':2: MissingMethodException: No signature of method: bad.nope()'",
    "groovy, '\nvoid vertxStart() {\nthrow new IOException(\"no\") }', ':3: IOException: no'",
    "js, '\n\nconst x = (', ':3: SyntaxError: '",
    "js, '\nnope(1)', ':2: ReferenceError: nope is not defined'",
    "js, '\nfunction vertxStart() {\n return vertx.fileSystem().open(1) }', ':3: TypeError: '",
    "js, '\nasync function vertxStart() {\n nope(1) }', ':3: ReferenceError: nope is not defined'"
  })
  void shouldStartTheNodeAndSayFileAndLineOfAnError(String suffix, String text, String said)
      throws IOException {
    Path file = Files.writeString(directory.resolve("bad." + suffix), text);
    try (CapturedLog log = CapturedLog.start();
        LocalNode node = LocalNode.start(ECHO + verticle(file, 0))) {
      assertThat(log.text().lines().filter(line -> line.contains("ERROR")))
          .singleElement()
          .asString()
          .contains("verticle upper: " + file + said);
      assertThat(answer(node.port("echo"), "abc")).isEqualTo("abc");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "groovy, 'vertx.eventBus().localConsumer(\"boom\") { it ->\n nope(1) }', ':2: Missing'",
    "groovy, 'vertx.setTimer(1) {\n nope(1) }', ':2: MissingMethodException'",
    "js, 'vertx.eventBus().localConsumer(\"boom\", (m) => {\n nope(1) });', ':2: ReferenceError'",
    "js, 'vertx.setTimer(1, async () => {\n nope(1) });', ':2: ReferenceError'"
  })
  void shouldSayFileAndLineOfALaterError(String suffix, String text, String said)
      throws IOException {
    Path file = Files.writeString(directory.resolve("bad." + suffix), text);
    try (CapturedLog log = CapturedLog.start();
        LocalNode node = LocalNode.start(ECHO + verticle(file, 0))) {
      node.node().vertx().eventBus().send("boom", "x");

      log.awaitLine("ERROR .*verticle upper: \\S*bad\\." + suffix + said);
      assertThat(answer(node.port("echo"), "abc")).isEqualTo("abc");
    }
  }

  @Test
  void shouldGiveEachInstanceVariablesOfItsOwnAndStopThemWithTheNode() throws IOException {
    String text =
        """
        let count = 0;
        vertx.eventBus().localConsumer('count', (message) => message.reply(String(++count)));
        function vertxStop() { console.log('stopped after ' + count); }
        """;
    Path file = Files.writeString(directory.resolve("count.js"), text);
    String yaml = "verticles: [{name: count, file: %s, instances: 2}]".formatted(file);
    try (LocalNode node = LocalNode.start(ECHO + yaml)) {
      List<Object> counts =
          IntStream.range(0, 4)
              .mapToObj(i -> await(node.node().vertx().eventBus().request("count", "")).body())
              .toList();

      assertThat(counts).containsExactly("1", "1", "2", "2");
    }
  }

  private static String verticle(Path file, int port) {
    return "verticles: [{name: upper, file: %s, config: {port: %d}}]\n".formatted(file, port);
  }

  /** Both listen for a moment while one gives way to the other, and the old one's clients end. */
  private static boolean isLowered(int port) throws IOException {
    try {
      return answer(port, "ABC").equals("abc");
    } catch (SocketException | SocketTimeoutException notServed) {
      return false;
    }
  }

  private static String answer(int port, String text) throws IOException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    try (OpenConnection client = OpenConnection.to(port)) {
      client.send(bytes);
      return new String(client.read(bytes.length), ISO_8859_1);
    }
  }
}
