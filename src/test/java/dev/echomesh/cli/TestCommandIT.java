package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.node.Node;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PeerConnection;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.TestCertificates;
import dev.echomesh.wire.FramePattern;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a user types it, against a node of ours and against a foreign peer. */
class TestCommandIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Map<String, Integer> PORTS = new HashMap<>();
  private static Node node;

  @BeforeAll
  static void startNode() throws Exception {
    List<String> sets = new ArrayList<>();
    endpoint(sets, "plain", "127.0.0.1");
    endpoint(sets, "six", "::1");
    endpoint(sets, "tls", "127.0.0.1", serverTls());
    endpoint(sets, "elsewhere", "127.0.0.2", serverTls());
    List<String> mutual = new ArrayList<>(List.of(serverTls()));
    mutual.add("tls.clientCaFile=" + CERTIFICATES.ca());
    endpoint(sets, "mutual", "127.0.0.1", mutual.toArray(new String[0]));
    sets.add("web.port=0");
    node = Blocking.await(Node.start(ConfigLoader.load(null, Map.of(), sets).config()));
    JsonObject reply =
        Blocking.await(node.vertx().eventBus().<JsonObject>request(Addresses.ECHO_ENDPOINTS, null))
            .body();
    for (Object endpoint : reply.getJsonArray("endpoints")) {
      JsonObject info = (JsonObject) endpoint;
      PORTS.put(info.getString("name"), info.getInteger("port"));
    }
  }

  @AfterAll
  static void stopNode() throws Exception {
    Blocking.await(node.close());
  }

  @Test
  void shouldPrintATableWithUnits() {
    CommandRun run = CommandRun.of("test", at("localhost", "plain"), "--count", "1000");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("PASS " + at("localhost", "plain") + "  ping, 1 connection of 64 B frames, ")
        .containsPattern("(?m)^frames +1,000 ok$")
        .containsPattern("(?m)^connections +1 opened, 0 failed$")
        .containsPattern("(?m)^bytes +64,000 sent, 64,000 received$")
        .containsPattern("(?m)^throughput +[0-9,]+ frames/s, [0-9.]+ (kB|MB)/s each way$")
        .containsPattern("(?m)^latency +count +min +p50 +p90 +p99 +p99.9 +max$")
        .containsPattern("(?m)^note +peer: no echo side on this event bus can be asked$")
        .doesNotContainPattern("(?m)^tls ");
    for (String row : List.of("resolve", "connect", "round trip")) {
      assertThat(run.out()).containsPattern("(?m)^" + row + " +[0-9,]+( +[0-9.]+ (µs|ms|s)){6}$");
    }
  }

  @Test
  void shouldPrintEveryKeyOfTheReport() {
    JsonObject report = passes("--count", "100", "--connections", "2");

    assertThat(report.fieldNames())
        .containsExactlyInAnyOrder(
            "schema",
            "id",
            "startedAt",
            "durationSeconds",
            "node",
            "target",
            "request",
            "verdict",
            "reasons",
            "trust",
            "outcomes",
            "connections",
            "bytes",
            "resolve",
            "connect",
            "tls",
            "rtt",
            "blocked",
            "lag",
            "residence",
            "path",
            "throughput",
            "tcp",
            "rfc6349",
            "peer",
            "series",
            "search",
            "sources",
            "notes",
            "environment");
    assertThat(report.getString("schema")).isEqualTo("echomesh.report/1");
    assertThat(report.getJsonObject("target"))
        .isEqualTo(
            new JsonObject()
                .put("host", "127.0.0.1")
                .put("port", PORTS.get("plain"))
                .putNull("endpoint")
                .putNull("node"));
    assertThat(report.getJsonObject("connections").fieldNames())
        .containsExactlyInAnyOrder("opened", "failed", "addresses");
    assertThat(report.getJsonObject("bytes"))
        .isEqualTo(new JsonObject().put("sent", 6400).put("received", 6400));
    assertThat(report.getJsonObject("rtt").fieldNames())
        .containsExactlyInAnyOrder(
            "count",
            "minMicros",
            "meanMicros",
            "p50Micros",
            "p90Micros",
            "p99Micros",
            "p999Micros",
            "maxMicros",
            "histogram");
    assertThat(report.getJsonObject("rtt").getLong("count")).isEqualTo(100);
    assertThat(report.getJsonObject("connect").getLong("count")).isEqualTo(2);
    assertThat(report.getJsonObject("throughput").fieldNames())
        .containsExactlyInAnyOrder("framesPerSecond", "bytesPerSecond");
    assertThat(report.getJsonObject("environment").fieldNames())
        .containsExactlyInAnyOrder("version", "java", "transport", "os");
  }

  @Test
  void shouldMeasureOnlyWhatThereWas() {
    JsonObject literal = passes("--count", "10");
    assertThat(literal.getValue("resolve")).isNull();
    assertThat(literal.getValue("tls")).isNull();
    assertThat(literal.getValue("connect")).isNotNull();
    assertThat(literal.getValue("rtt")).isNotNull();

    JsonObject named = json("test", at("localhost", "plain"), "--count", "10");
    assertThat(named.getJsonObject("resolve").getLong("count")).isEqualTo(1);

    JsonObject secured = json("test", at("localhost", "tls"), "--count", "10", "--tls-ca", ca());
    assertThat(secured.getJsonObject("tls").getLong("count")).isEqualTo(1);
    assertThat(secured.getJsonObject("resolve").getLong("count")).isEqualTo(1);
  }

  @Test
  void shouldVerifyTheWarmUpWithoutMeasuringIt() {
    JsonObject report = passes("--warmup", "300ms", "--duration", "300ms");

    long ok = report.getJsonObject("outcomes").getLong("ok");
    assertThat(report.getJsonObject("rtt").getLong("count")).isPositive().isLessThan(ok);
    assertThat(report.getDouble("durationSeconds")).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "ping, 32, 100",
    "stream, 32, 1000",
    "ping, 33, 100",
    "stream, 33, 1000",
    "ping, 64KiB, 50",
    "stream, 64KiB, 200",
    "ping, 1MiB, 10",
    "stream, 1MiB, 50"
  })
  void shouldSendFramesOfEveryLength(String mode, String length, String count) {
    JsonObject report =
        passes("--mode", mode, "--frame-length", length, "--count", count, "--seed", "-5");

    assertThat(report.getJsonObject("outcomes"))
        .isEqualTo(new JsonObject().put("ok", Integer.parseInt(count)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "stream"})
  void shouldSendOnManyConnections(String mode) {
    JsonObject report = passes("--mode", mode, "--connections", "50", "--count", "5000");

    assertThat(report.getJsonObject("outcomes")).isEqualTo(new JsonObject().put("ok", 5000));
    assertThat(report.getJsonObject("connections").getInteger("opened")).isEqualTo(50);
    assertThat(report.getJsonObject("connections").getJsonArray("addresses")).hasSize(50);
  }

  @Test
  void shouldSplitTheCountOverTheConnections() {
    Queue<Integer> frames = new ConcurrentLinkedQueue<>();
    try (FaultyPeer peer = FaultyPeer.start(64, connection -> frames.add(echo(connection)))) {
      JsonObject report = json("test", peer.target(), "--connections", "3", "--count", "11");

      assertThat(report.getString("verdict")).isEqualTo("pass");
    }
    assertThat(frames).containsExactlyInAnyOrder(4, 4, 3);
  }

  @Test
  void shouldLeaveConnectionsIdleThatHaveNoFrameToSend() {
    Queue<Integer> frames = new ConcurrentLinkedQueue<>();
    try (FaultyPeer peer = FaultyPeer.start(64, connection -> frames.add(echo(connection)))) {
      JsonObject report = json("test", peer.target(), "--connections", "3", "--count", "1");

      assertThat(report.getString("verdict")).isEqualTo("pass");
    }
    assertThat(frames).containsExactlyInAnyOrder(1, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "7", "64", "1000"})
  void shouldKeepExactlyTheWindowInFlight(int window) {
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.neverAnswer())) {
      CommandRun run =
          CommandRun.of(
              "test",
              peer.target(),
              "--mode",
              "stream",
              "--window",
              Integer.toString(window),
              "--timeout",
              "300ms",
              "--output",
              "json");

      assertThat(run.exitCode()).isEqualTo(1);
      JsonObject expected = new JsonObject().put("ok", 0).put("timeout", 1);
      if (window > 1) {
        expected.put("cancelled", window - 1);
      }
      assertThat(run.json().getJsonObject("outcomes")).isEqualTo(expected);
    }
  }

  @Test
  void shouldSendThePatternOfTheSeed() {
    Queue<Buffer> frames = new ConcurrentLinkedQueue<>();
    Fault recorder =
        connection -> {
          byte[] frame = connection.readFrame();
          frames.add(Buffer.buffer(frame));
          connection.write(frame);
        };
    try (FaultyPeer peer = FaultyPeer.start(64, recorder)) {
      JsonObject report =
          json("test", peer.target(), "--count", "1", "--seed", "-9223372036854775808");

      assertThat(report.getJsonObject("request").getLong("seed")).isEqualTo(Long.MIN_VALUE);
    }
    Buffer frame = frames.remove();
    assertThat(frame).isEqualTo(new FramePattern(Long.MIN_VALUE, frame.getInt(4), 64).frame(0, 0));
  }

  @Test
  void shouldTestAnIpv6Literal() {
    JsonObject report = json("test", "[::1]:" + PORTS.get("six"), "--count", "10");

    assertThat(report.getString("verdict")).isEqualTo("pass");
    assertThat(report.getJsonObject("target").getString("host")).isEqualTo("::1");
    assertThat(report.getJsonObject("connections").getJsonArray("addresses").toString())
        .contains("]:" + PORTS.get("six"));
  }

  @Test
  void shouldTakeTheNameOfAService() {
    CommandRun run = CommandRun.of("test", "127.0.0.3:echo", "--count", "1", "--output", "json");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().getJsonObject("target").getInteger("port")).isEqualTo(7);
    assertThat(run.json().getJsonObject("outcomes"))
        .isEqualTo(new JsonObject().put("ok", 0).put("refused", 1));
  }

  @Test
  void shouldPrintWhyATestFailed() {
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.flipBit(3, 40))) {
      CommandRun run = CommandRun.of("test", peer.target(), "--count", "10");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out())
          .startsWith("FAIL " + peer.target())
          .containsPattern("(?m)^frames +9 ok, 1 mismatch$")
          .containsPattern("(?m)^problem +1 frame mismatch$")
          .containsPattern(
              "(?m)^problem +connection 0: byte 40 of frame 3 is 0x[0-9a-f]{2}, expected 0x");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "stream"})
  void shouldTestThroughTls(String mode) {
    JsonObject report =
        json(
            "test",
            at("localhost", "tls"),
            "--mode",
            mode,
            "--tls-ca",
            ca(),
            "--connections",
            "5",
            "--frame-length",
            "20000",
            "--count",
            "50");

    assertThat(report.getJsonArray("reasons")).isEmpty();
    assertThat(report.getJsonObject("outcomes")).isEqualTo(new JsonObject().put("ok", 50));
    assertThat(report.getJsonObject("tls").getLong("count")).isEqualTo(5);
    assertThat(report.getJsonObject("bytes"))
        .isEqualTo(new JsonObject().put("sent", 1_000_000).put("received", 1_000_000));
  }

  @Test
  void shouldNotTrustAnAuthorityThatItWasNotTold() {
    failsTls(at("localhost", "tls"), "--tls-ca", CERTIFICATES.strangerCa().toString());
    failsTls(at("localhost", "tls"), "--tls");
  }

  @Test
  void shouldNotTakeAnotherHostsCertificateUnlessTold() {
    failsTls(at("127.0.0.2", "elsewhere"), "--tls-ca", ca());

    JsonObject report =
        json(
            "test",
            at("127.0.0.2", "elsewhere"),
            "--tls-ca",
            ca(),
            "--no-verify-host",
            "--count",
            "10");
    assertThat(report.getString("verdict")).isEqualTo("pass");
  }

  @Test
  void shouldShowItsCertificateToAServerThatAsks() {
    JsonObject report =
        json(
            "test",
            at("localhost", "mutual"),
            "--tls-ca",
            ca(),
            "--tls-cert",
            CERTIFICATES.clientCertificate().toString(),
            "--tls-key",
            CERTIFICATES.clientKey().toString(),
            "--count",
            "10");

    assertThat(report.getJsonObject("outcomes")).isEqualTo(new JsonObject().put("ok", 10));
  }

  /** Over TLS 1.3 the server refuses after the client's handshake is done (RFC 8446 §4.4.2). */
  @Test
  void shouldSayThatTlsFailedWithoutACertificateForAServerThatAsks() {
    failsTls(at("localhost", "mutual"), "--tls-ca", ca());
    failsTls(
        at("localhost", "mutual"),
        "--tls-ca",
        ca(),
        "--tls-cert",
        CERTIFICATES.strangerCertificate().toString(),
        "--tls-key",
        CERTIFICATES.strangerKey().toString());
  }

  @Test
  void shouldSayThatAPlainPeerHasNoTls() {
    failsTls(at("127.0.0.1", "plain"), "--tls");
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.tlsGarbage())) {
      failsTls(peer.target(), "--tls");
    }
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.neverAnswer())) {
      failsTls(peer.target(), "--tls", "--timeout", "300ms");
    }
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.acceptAndResetAtOnce())) {
      failsTls(peer.target(), "--tls");
    }
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.closeAfter(0))) {
      failsTls(peer.target(), "--tls", "--timeout", "5s");
    }
  }

  @Test
  void shouldFailAgainstATlsEndpointWithoutTls() {
    CommandRun run =
        CommandRun.of("test", at("localhost", "tls"), "--count", "10", "--timeout", "1s");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).startsWith("FAIL").containsPattern("(?m)^frames +0 ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "test; TARGET",
        "test localhost; TARGET: localhost (expected HOST:PORT",
        "test h:7 --token-file x; --token-file, --node-ca, --node-cert, --node-key: only with --node or",
        "test localhost:0; TARGET: localhost:0 (expected",
        "test ::1:7; TARGET: ::1:7 (expected",
        "test localhost:no-such-service; no such TCP service: no-such-service",
        "test localhost:7 --mode pong; --mode: pong (expected one of ping, rate, stream",
        "test localhost:7 --frame-length 31; --frame-length: 31 (expected 32 to 1048576 bytes)",
        "test localhost:7 --frame-length 2MiB; --frame-length: 2MiB (expected 32 to 1048576 bytes)",
        "test localhost:7 --frame-length big; --frame-length: big (expected a size",
        "test localhost:7 --connections 0; --connections: 0 (expected 1 to 100000)",
        "test localhost:7 --connections x; --connections",
        "test localhost:7 --count -1; --count: -1 (expected 0 to",
        "test localhost:7 --duration 0s; --duration: 0s (expected 1ms to",
        "test localhost:7 --duration 10; --duration: 10 (expected a duration",
        "test localhost:7 --warmup soon; --warmup: soon (expected a duration",
        "test localhost:7 --timeout 2h; --timeout: 2h (expected 1ms to 1h)",
        "test localhost:7 --mode stream --window 0; --window: 0 (expected 1 to 65536)",
        "test localhost:7 --window 1; --window: 1 (expected only in mode stream)",
        "test localhost:7 --mode connect --arrivals constant; --arrivals: constant (expected only with",
        "test localhost:7 --seed x; --seed",
        "test localhost:7 --output xml; --output",
        "test localhost:7 --no-such-option; --no-such-option",
        "test localhost:7 extra; extra",
        "test localhost:7 --tls-cert x.pem; --tls-key: missing",
        "test localhost:7 --tls-key x.pem; --tls-cert: missing",
        "test localhost:7 --tls-ca /no/such.pem; --tls-ca: /no/such.pem: ",
        "test localhost:7 --tls-cert /no/such --tls-key /no/such; --tls-cert: /no/such: ",
        "frobnicate; frobnicate"
      })
  void shouldSayInOneLineWhichOptionIsWrong(String line, String message) {
    CommandRun run = CommandRun.of(line.split(" ", -1));

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().startsWith("echomesh: ");
    assertThat(run.err()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tls-ca", "--tls-cert", "--tls-key"})
  void shouldNameTheFileThatIsNoPem(String option, @TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");
    Map<String, String> files =
        new HashMap<>(
            Map.of(
                "--tls-ca",
                ca(),
                "--tls-cert",
                CERTIFICATES.clientCertificate().toString(),
                "--tls-key",
                CERTIFICATES.clientKey().toString()));
    files.put(option, file.toString());
    List<String> arguments = new ArrayList<>(List.of("test", at("localhost", "tls")));
    files.forEach((name, path) -> Collections.addAll(arguments, name, path));
    CommandRun run = CommandRun.of(arguments.toArray(new String[0]));

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains(option, file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "test --help", "node --help", "config --help", "--version"})
  void shouldHelp(String line) {
    CommandRun run = CommandRun.of(line.split(" ", -1));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("echomesh");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void shouldReportWhatWasMeasuredWhenInterrupted(String signal) throws InterruptedException {
    CountDownLatch underWay = new CountDownLatch(100);
    Fault fault =
        connection -> {
          for (byte[] frame = connection.readFrame();
              frame.length > 0;
              frame = connection.readFrame()) {
            connection.write(frame);
            underWay.countDown();
          }
        };
    try (FaultyPeer peer = FaultyPeer.start(64, fault);
        JavaProcess command = command("test", peer.target(), "--warmup", "0s")) {
      assertThat(underWay.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      command.signal(signal);

      assertThat(command.awaitExit(PATIENCE)).as(command.err()).isZero();
      assertThat(command.out())
          .startsWith("PASS " + peer.target())
          .containsPattern("(?m)^round trip +[0-9,]+ ")
          .contains("note        the run was ended early by its user");
      assertThat(command.err()).isEmpty();
    }
  }

  @Test
  void shouldEndAtOnceAtTheSecondInterrupt() throws InterruptedException {
    CountDownLatch underWay = new CountDownLatch(1);
    Fault silent =
        connection -> {
          underWay.countDown();
          connection.drain();
        };
    try (FaultyPeer peer = FaultyPeer.start(64, silent);
        JavaProcess command = command("test", peer.target(), "--timeout", "1h")) {
      assertThat(underWay.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      command.signal("INT");
      // of two that wait to be taken the system makes one
      Patience.until("the first one was taken", () -> !command.isSignalWaiting());
      command.signal("INT");

      assertThat(command.awaitExit(PATIENCE)).isEqualTo(130);
    }
  }

  /** A library that is missing stands for every defect that is not the target's. */
  @Test
  void shouldEndWithThreeForADefectOfItsOwn() {
    String classPath =
        String.join(
            File.pathSeparator,
            Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !entry.contains("HdrHistogram"))
                .toList());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Execution run =
        Programs.run(
            PATIENCE,
            new byte[0],
            java,
            "-cp",
            classPath,
            "dev.echomesh.Main",
            "test",
            at("127.0.0.1", "plain"),
            "--count",
            "1");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("internal error");
  }

  private static JavaProcess command(String... arguments) {
    return JavaProcess.ofMain("dev.echomesh.Main", List.of(), arguments);
  }

  private static int echo(PeerConnection connection) throws IOException {
    int frames = 0;
    for (byte[] frame = connection.readFrame(); frame.length > 0; frame = connection.readFrame()) {
      connection.write(frame);
      frames++;
    }
    return frames;
  }

  private static JsonObject passes(String... options) {
    List<String> arguments = new ArrayList<>(List.of("test", at("127.0.0.1", "plain")));
    Collections.addAll(arguments, options);
    JsonObject report = json(arguments.toArray(new String[0]));
    assertThat(report.getString("verdict")).as(report.encode()).isEqualTo("pass");
    return report;
  }

  private static void failsTls(String target, String... options) {
    List<String> arguments = new ArrayList<>(List.of("test", target, "--count", "10"));
    Collections.addAll(arguments, options);
    Collections.addAll(arguments, "--output", "json");
    CommandRun run = CommandRun.of(arguments.toArray(new String[0]));

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
    assertThat(run.json().getJsonObject("outcomes").getLong("tls_failed"))
        .as(run.out())
        .isEqualTo(1);
    assertThat(run.json().getJsonObject("outcomes").getLong("ok")).isZero();
    assertThat(run.json().getJsonObject("connections").getInteger("failed")).isEqualTo(1);
  }

  private static JsonObject json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    Collections.addAll(all, "--output", "json");
    CommandRun run = CommandRun.of(all.toArray(new String[0]));
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.err()).isEmpty();
    return run.json();
  }

  private static String ca() {
    return CERTIFICATES.ca().toString();
  }

  private static String at(String host, String endpoint) {
    return host + ":" + PORTS.get(endpoint);
  }

  private static String[] serverTls() {
    return new String[] {
      "tls.certFile=" + CERTIFICATES.serverCertificate(), "tls.keyFile=" + CERTIFICATES.serverKey()
    };
  }

  private static void endpoint(List<String> sets, String name, String host, String... more) {
    long index = sets.stream().filter(set -> set.contains("].name=")).count();
    String prefix = "echo.endpoints[" + index + "].";
    Collections.addAll(sets, prefix + "name=" + name, prefix + "host=" + host, prefix + "port=0");
    Set.of(more).forEach(setting -> sets.add(prefix + setting));
  }
}
