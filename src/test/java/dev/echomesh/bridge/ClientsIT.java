package dev.echomesh.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped clients in other languages, as they stand, against a live node. */
@ParameterizedClass
@ValueSource(strings = {"python3 conf/clients/echomesh.py", "node conf/clients/echomesh.mjs"})
class ClientsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();

  private static Path directory;
  private static Path token;
  private static LocalNode node;

  private final List<String> client;

  ClientsIT(String client) {
    this.client = List.of(client.split(" ", -1));
  }

  @BeforeAll
  static void start(@TempDir Path temporary) throws IOException {
    directory = temporary;
    Path tokens = Files.writeString(directory.resolve("token"), "# CI\n0123456789abcdef\n");
    token = Files.writeString(directory.resolve("mine"), "0123456789abcdef\n");
    node =
        LocalNode.start(
            """
            echo:
              endpoints:
                - {name: e, port: 0}
                - {name: wrong, port: 0, faults: {corrupt: 1/5}}
            bridge:
              tcp:
                enabled: true
                port: 0
                tokenFile: %s
                tls: {certFile: %s, keyFile: %s, clientCaFile: %s}
            """
                .formatted(
                    tokens,
                    CERTIFICATES.serverCertificate(),
                    CERTIFICATES.serverKey(),
                    CERTIFICATES.ca()));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void requireProgram() {
    Programs.requireProgram(client.get(0));
  }

  @Test
  void shouldRunATestFollowItAndPrintItsReport() {
    Execution run = run("test", target("e"), "mode=stream", "duration=2s", "frameLength=128");

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    JsonObject report = new JsonObject(run.out());
    assertThat(report.getString("schema")).isEqualTo("echomesh.report/1");
    assertThat(report.getString("verdict")).isEqualTo("pass");
    assertThat(report.getJsonObject("request").getInteger("frameLength")).isEqualTo(128);
    assertThat(report.getJsonObject("peer")).as("the echo side was asked").isNotNull();
    assertThat(run.err().lines().map(JsonObject::new))
        .isNotEmpty()
        .allMatch(line -> line.getString("type").equals("progress"));
  }

  @Test
  void shouldEndWithOneIfTheTestFails() {
    Execution run = run("test", target("wrong"), "count=50");

    assertThat(run.exitCode()).as("%s", run.err()).isEqualTo(1);
    assertThat(new JsonObject(run.out()).getJsonObject("outcomes").getInteger("mismatch"))
        .isEqualTo(10);
  }

  @Test
  void shouldPrintTheEndpoints() {
    Execution run = run("endpoints");

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(new JsonObject(run.out()).getJsonArray("endpoints"))
        .extracting(endpoint -> ((JsonObject) endpoint).getInteger("port"))
        .containsExactly(node.port("e"), node.port("wrong"));
  }

  @Test
  void shouldPrintTheMatrix() {
    node.node()
        .vertx()
        .eventBus()
        .<Object>consumer(
            "echomesh.mesh.matrix",
            request -> request.reply(new JsonObject().put("schema", "echomesh.mesh/1")));
    Execution run = run("matrix");

    assertThat(run.exitCode()).as("%s", run.err()).isZero();
    assertThat(new JsonObject(run.out()).getString("schema")).isEqualTo("echomesh.mesh/1");
  }

  @Test
  void shouldEndWithTwoAndTheNodesReasonIfItRefuses() {
    Execution run = run("test", "192.0.2.1:7");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("refused: ").contains("tester.allow");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void shouldEndWithTwoWithoutTheToken() throws IOException {
    Path wrong = Files.writeString(directory.resolve("wrong"), "not-the-token-of-it\n");
    Execution run = execute(List.of("--token-file", wrong.toString(), "endpoints"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("refused: unauthorized\n");
  }

  @Test
  void shouldEndWithTwoOnWrongUsage() {
    assertThat(run("test").exitCode()).isEqualTo(2);
    assertThat(run("endpoints", "more").exitCode()).isEqualTo(2);
    assertThat(run("test", "host:1", "frameLength").exitCode()).isEqualTo(2);
    assertThat(run("nonsense").exitCode()).isEqualTo(2);
    assertThat(run("--help").out()).contains("test TARGET");
  }

  @Test
  void shouldEndWithThreeIfNobodyAnswers() {
    Execution run =
        Programs.run(
            TIMEOUT,
            new byte[0],
            Stream.concat(
                    client.stream(),
                    Stream.of("--bridge", "127.0.0.1:" + FreePorts.one(), "endpoints"))
                .toList());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).startsWith("no answer: ");
  }

  private static String target(String endpoint) {
    return "127.0.0.1:" + node.port(endpoint);
  }

  private Execution run(String... arguments) {
    return execute(
        Stream.concat(Stream.of("--token-file", token.toString()), Stream.of(arguments)).toList());
  }

  private Execution execute(List<String> arguments) {
    List<String> options =
        List.of(
            "--bridge",
            "127.0.0.1:" + node.node().bridgePort(),
            "--ca",
            CERTIFICATES.ca().toString(),
            "--cert",
            CERTIFICATES.clientCertificate().toString(),
            "--key",
            CERTIFICATES.clientKey().toString());
    return Programs.run(
        TIMEOUT, new byte[0], Stream.of(client, options, arguments).flatMap(List::stream).toList());
  }
}
