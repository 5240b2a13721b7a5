package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.Transport;
import dev.echomesh.testing.HostileClients;
import dev.echomesh.testing.NodeProcess;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.Programs;
import dev.echomesh.wire.AcceptGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As many connections as the file handles of the node allow, and more. */
class FileHandlesIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int PROBES = 4;
  private static final Pattern ATTEMPTS = Pattern.compile("again, (\\d+) attempts");

  private final Path directory;

  FileHandlesIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void shouldPauseAcceptingAndGoOnForThoseItServes(Transport transport) throws IOException {
    Programs.requireProgram("prlimit");
    Path config =
        Files.writeString(
            directory.resolve("node.yaml"),
            "{node: {transport: %s}, echo: {endpoints: [{name: echo, port: 0}]}}"
                .formatted(transport.key()));
    try (NodeProcess node = NodeProcess.start(config).awaitSelfTest();
        OpenConnection honest = OpenConnection.to(node.port("echo"));
        HostileClients flood = HostileClients.of(node.port("echo"));
        LocalTester tester = LocalTester.start()) {
      assertThat(honest.echoes(1000)).isTrue();
      long pid = node.process().pid();
      long before = fileHandles(pid);
      CompletableFuture<TestReport> probes =
          tester.run(probes(node), news -> {}).toCompletionStage().toCompletableFuture();
      Patience.until("probes are connected", () -> fileHandles(pid) >= before + PROBES);
      limitFileHandles(pid, fileHandles(pid) + 100);
      long start = System.nanoTime();

      flood.connect(200);
      node.awaitLog("endpoint echo cannot accept connections \\(.*[Tt]oo many open files");
      for (int i = 0; i < 200; i++) {
        assertThat(honest.echoes(1000)).isTrue();
      }
      assertThat(fileHandles(pid)).isGreaterThanOrEqualTo(before + 100);
      tester.cancel();
      TestReport report = probes.join();
      assertThat(report.passed()).as("%s", report.reasons()).isTrue();
      assertThat(report.outcomes().count(Outcome.OK)).isPositive();

      flood.leave(200);
      try (OpenConnection next = OpenConnection.to(node.port("echo"))) {
        assertThat(next.echoes(1000)).isTrue();
      }
      String recovered = node.awaitLog("endpoint echo accepts connections again.*");
      long millis = (System.nanoTime() - start) / 1_000_000;

      Matcher attempts = ATTEMPTS.matcher(recovered);
      assertThat(attempts.find()).as(recovered).isTrue();
      assertThat(Long.parseLong(attempts.group(1)))
          .isBetween(1L, 1 + millis / AcceptGuard.RETRY_MILLIS);
      assertThat(node.logged("cannot accept connections")).hasSize(1);
      assertThat(node.logged("ERROR")).isEmpty();
      assertThat(honest.echoes(1000)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void shouldHaveItsHandlesBackWhenThoseWhoTookThemAreGone(Transport transport) throws IOException {
    Programs.requireProgram("prlimit");
    Path config =
        Files.writeString(
            directory.resolve("node.yaml"),
            "{node: {transport: %s}, echo: {endpoints: [{name: echo, port: 0}]}}"
                .formatted(transport.key()));
    try (NodeProcess node = NodeProcess.start(config).awaitSelfTest();
        HostileClients flood = HostileClients.of(node.port("echo"))) {
      long pid = node.process().pid();
      try (OpenConnection first = OpenConnection.to(node.port("echo"))) {
        assertThat(first.echoes(10)).isTrue();
      }
      long before = fileHandles(pid);
      limitFileHandles(pid, before + 10);
      flood.connect(30);
      node.awaitLog("cannot accept connections");
      flood.reset();

      Patience.until("the handles are back", () -> fileHandles(pid) <= before);
    }
  }

  private static TestRequest probes(NodeProcess node) {
    return TestRequest.to("127.0.0.1:" + node.port("echo"))
        .mode(TestMode.RATE)
        .rate("200")
        .connections(PROBES)
        .duration(Duration.ofMinutes(5))
        .build();
  }

  private static long fileHandles(long pid) throws IOException {
    try (Stream<Path> handles = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return handles.count();
    }
  }

  private static void limitFileHandles(long pid, long count) {
    Programs.run(
            TIMEOUT,
            new byte[0],
            "prlimit",
            "--pid",
            Long.toString(pid),
            "--nofile=" + count + ":" + count)
        .expectSuccess();
  }
}
