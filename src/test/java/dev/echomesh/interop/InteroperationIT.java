package dev.echomesh.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.testing.Checks;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.ServerProgram;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Echo servers in other languages against our tester, clients in them against our endpoints: each
 * row of the table is one language.
 */
class InteroperationIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Path SOURCES = Path.of("src/test/resources/interop");

  /**
   * One row. In the commands PORT stands for the port and BUILD for a directory.
   *
   * @param program that has to be there
   * @param build makes the program of its source; nothing if it runs as it is
   * @param server echoes on 127.0.0.1:PORT; nothing if the language has only a client
   * @param client sends its standard input, ends its half and prints what comes back
   * @param gentle whether the server is known to hang beyond 1 MiB
   */
  private record Language(
      String name,
      String program,
      List<String> build,
      List<String> server,
      List<String> client,
      boolean gentle) {
    static Language of(String name, String program, List<String> build, String... run) {
      return new Language(name, program, build, with(run, "server"), with(run, "client"), false);
    }

    private static List<String> with(String[] run, String role) {
      return Stream.concat(Stream.of(run), Stream.of(role, "PORT")).toList();
    }

    /** A command with the places filled in. */
    String[] command(List<String> command, int port, Path directory) {
      return command.stream()
          .map(word -> word.replace("PORT", Integer.toString(port)))
          .map(word -> word.replace("BUILD", directory.toString()))
          .toArray(String[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Language> TABLE =
      List.of(
          Language.of(
              "Python", "python3", List.of(), "python3", SOURCES.resolve("echo.py").toString()),
          Language.of("Node.js", "node", List.of(), "node", SOURCES.resolve("echo.mjs").toString()),
          Language.of(
              "C",
              "gcc",
              List.of("gcc", "-O", "-o", "BUILD/echo", SOURCES.resolve("echo.c").toString()),
              "BUILD/echo"),
          new Language(
              "socat",
              "socat",
              List.of(),
              List.of("socat", "TCP4-LISTEN:PORT,bind=127.0.0.1,fork,reuseaddr", "PIPE"),
              List.of("socat", "-t", "60", "-", "TCP4:127.0.0.1:PORT"),
              true),
          new Language(
              "ncat", "ncat", List.of(), List.of(), List.of("ncat", "127.0.0.1", "PORT"), false));

  @TempDir private Path directory;

  static Stream<Language> servers() {
    return TABLE.stream().filter(language -> !language.server.isEmpty());
  }

  static Stream<Language> clients() {
    return TABLE.stream();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void shouldGetEveryByteBackFromAServerIn(Language language) {
    build(language);
    int port = FreePorts.one();
    try (ServerProgram server =
            ServerProgram.start(port, language.command(language.server, port, directory));
        LocalNode node = LocalNode.start("echo: {endpoints: []}")) {
      TestReport report =
          LocalNode.await(
              node.node()
                  .tester()
                  .run(
                      TestRequest.to(server.target())
                          .mode(TestMode.STREAM)
                          .frameLength(64 << 10)
                          .count(16)
                          .build(),
                      id -> {},
                      progress -> {}));
      assertThat(report.passed()).as("%s", report.reasons()).isTrue();
      assertThat(report.bytes().received()).isEqualTo(1 << 20);

      CheckReport checks =
          Checks.all(
              server.target(),
              List.of("integrity", "half-close"),
              new JsonObject().put("timeout", "20s").put("gentle", language.gentle));
      assertThat(checks.results())
          .hasSize(2)
          .allSatisfy(
              check ->
                  assertThat(check.verdict())
                      .as("%s: %s", check.check(), check.evidence())
                      .isEqualTo(CheckVerdict.PASS));
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldReturnEveryByteToAClientThatEndsItsHalfIn(Language language) {
    build(language);
    try (LocalNode node =
        LocalNode.start(
            """
            echo:
              endpoints:
                - {name: stream, port: 0}
                - {name: framed, port: 0, mode: framed, frameLength: 64KiB}
            """)) {
      assertExact(language, node, "stream", 64 << 20);
      assertExact(language, node, "framed", 1 << 20);
    }
  }

  private void assertExact(Language language, LocalNode node, String endpoint, int count) {
    byte[] bytes = new byte[count];
    new Random(7).nextBytes(bytes);
    String[] command = language.command(language.client, node.port(endpoint), directory);
    Execution client = Programs.run(TIMEOUT, bytes, command).expectSuccess();

    assertThat(client.stdout()).as(endpoint).isEqualTo(bytes);
    EndpointInfo counted = node.await(endpoint, info -> info.connections() == 0);
    assertThat(counted.bytesReceived()).isEqualTo(count);
    assertThat(counted.bytesSent()).isEqualTo(count);
  }

  private void build(Language language) {
    Programs.requireProgram(language.program);
    if (!language.build.isEmpty()) {
      var unused =
          Programs.run(TIMEOUT, new byte[0], language.command(language.build, 0, directory))
              .expectSuccess();
    }
  }
}
