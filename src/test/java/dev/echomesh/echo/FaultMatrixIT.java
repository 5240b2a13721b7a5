package dev.echomesh.echo;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.FaultRequest;
import dev.echomesh.bus.TestClient;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.spec.Faults;
import dev.echomesh.testing.LocalNode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every injected fault in every mode, and the one outcome that it must have: the examination of the
 * tester by the endpoint, and the reverse. Ten frames of 64 bytes; in ping one after the other, in
 * stream all in flight at once, in rate one each 5 ms, in connect each on a connection of its own.
 * Where a fault ends connections, the ten of a rate are due at once: of a slower one it would be a
 * matter of the machine's speed how many are in flight at the end.
 *
 * <p>Each fault has endpoints of its own, so that all runs can be under way at once.
 */
@SuppressWarnings("NullAway.Init") // set before all tests
class FaultMatrixIT {
  private static final int AT_A_TIME = 16;

  /** Frames per second; ten are due within less time than it takes to look at the clock. */
  private static final long ALL_AT_ONCE = 100_000_000;

  private static final List<Row> ROWS = rows();
  private static final Map<String, CompletableFuture<TestReport>> REPORTS =
      new ConcurrentHashMap<>();
  private static LocalNode node;

  /** A fault and the outcomes that it has, by mode. */
  private record Row(String faults, Map<String, String> modes) {
    /** Frames per second. */
    long rate() {
      return faults.matches("(truncate|close|reset|onAccept: (refuse|half-close)).*")
          ? ALL_AT_ONCE
          : 200;
    }

    /** Short where it is waited for, else longer than a busy machine makes a frame wait. */
    String timeout(String mode) {
      return Objects.requireNonNull(modes.get(mode)).contains("timeout") ? "3s" : "30s";
    }

    String endpoint(String kind) {
      return kind + "-" + faults.replaceAll("[^a-z0-9]+", "-");
    }

    String yaml(String kind, String more) {
      return "    - {name: %s, host: 127.0.0.1, port: 0%s, faults: {%s}}%n"
          .formatted(endpoint(kind), more, faults);
    }
  }

  @BeforeAll
  static void startEverything() {
    StringBuilder yaml =
        new StringBuilder(
            """
            tester: {maxRuns: %d, maxRate: %d}
            echo:
              endpoints:
                - {name: healthy, host: 127.0.0.1, port: 0}
            """
                .formatted(AT_A_TIME + 1, ALL_AT_ONCE));
    for (Row row : ROWS) {
      yaml.append(row.yaml("stream", ""));
      yaml.append(row.yaml("framed", ", mode: framed, frameLength: 64"));
    }
    node = LocalNode.start(yaml.toString());
    Map<String, Integer> ports =
        node.infos().stream().collect(toMap(EndpointInfo::name, EndpointInfo::port));
    ExecutorService runs = Executors.newFixedThreadPool(AT_A_TIME);
    for (Row row : ROWS) {
      for (String kind : List.of("stream", "framed")) {
        String endpoint = row.endpoint(kind);
        int port = Objects.requireNonNull(ports.get(endpoint));
        for (String mode : row.modes.keySet()) {
          REPORTS.put(
              mode + " " + endpoint,
              CompletableFuture.supplyAsync(() -> run(mode, row, port), runs));
        }
      }
    }
    runs.shutdown();
  }

  private static TestReport run(String mode, Row row, int port) {
    JsonObject request =
        new JsonObject()
            .put("target", "127.0.0.1:" + port)
            .put("mode", mode)
            .put("count", 10)
            .put("timeout", row.timeout(mode));
    if (mode.equals("rate")) {
      request.put("rate", row.rate());
    } else if (mode.equals("connect")) {
      request.put("connections", 10);
    }
    return new TestClient(node.node().vertx())
        .run(TestRequest.fromJson(request), id -> {}, news -> {})
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    row(rows, "corrupt: 1/4", "mismatch 2, ok 8", "mismatch 2, ok 8", "mismatch 2, ok 8", "ok 10");
    row(
        rows,
        "corrupt: 1/1, corruptBytes: 3",
        "mismatch 10",
        "mismatch 10",
        "mismatch 10",
        "mismatch 10");
    row(rows, "drop: 1/4", "ok 3, timeout 1", "lost 2, ok 8", "lost 2, ok 8", "ok 10");
    row(
        rows,
        "drop: 1/1",
        "timeout 1",
        "cancelled 9, timeout 1",
        "cancelled 9, timeout 1",
        "timeout 10");
    row(
        rows,
        "duplicate: 1/4",
        "duplicated 2, ok 8",
        "duplicated 2, ok 8",
        "duplicated 2, ok 8",
        "ok 10");
    row(rows, "swap: 1/4", "ok 3, timeout 1", "ok 8, reordered 2", "ok 8, reordered 2", "ok 10");
    row(
        rows,
        "truncateAt: 4",
        "ok 3, truncated 1",
        "closed 6, ok 3, truncated 1",
        "closed 6, ok 3, truncated 1",
        "ok 10");
    row(
        rows,
        "truncateAt: 1",
        "truncated 1",
        "closed 9, truncated 1",
        "closed 9, truncated 1",
        "truncated 10");
    row(rows, "closeAfter: 192", "closed 1, ok 3", "closed 7, ok 3", "closed 7, ok 3", "ok 10");
    row(rows, "closeAfter: 0", "closed 1", "closed 10", "closed 10", "closed 10");
    row(rows, "resetAfter: 192", "ok 3, reset 1", "ok 3, reset 7", "ok 3, reset 7", "ok 10");
    row(rows, "onAccept: refuse", "reset 1", "reset 10", "reset 10", "reset 10");
    row(
        rows,
        "onAccept: silent",
        "timeout 1",
        "cancelled 9, timeout 1",
        "cancelled 9, timeout 1",
        "timeout 10");
    row(
        rows,
        "onAccept: stop-reading",
        "timeout 1",
        "cancelled 9, timeout 1",
        "cancelled 9, timeout 1",
        "timeout 10");
    row(rows, "onAccept: half-close", "closed 1", "closed 10", "closed 10", "closed 10");
    for (String harmless :
        List.of(
            "delay: 10ms",
            "delay: 10ms, jitter: 9ms",
            "delay: 5ms, jitter: 5ms, distribution: normal",
            "delay: 5ms, jitter: 5ms, distribution: exponential",
            "bandwidth: 20KiB",
            "stallEvery: 30ms, stallFor: 20ms",
            "segment: 1")) {
      row(rows, harmless, "ok 10", "ok 10", "ok 10", "ok 10");
    }
    return rows;
  }

  private static void row(
      List<Row> rows, String faults, String ping, String stream, String rate, String connect) {
    Map<String, String> modes = new TreeMap<>();
    modes.put("ping", ping);
    modes.put("stream", stream);
    modes.put("rate", rate);
    modes.put("connect", connect);
    rows.add(new Row(faults, modes));
  }

  static Stream<Arguments> cells() {
    return ROWS.stream()
        .flatMap(
            row ->
                row.modes.entrySet().stream()
                    .flatMap(
                        mode ->
                            Stream.of("stream", "framed")
                                .map(kind -> cell(row, kind, mode.getKey(), mode.getValue()))));
  }

  private static Arguments cell(Row row, String kind, String mode, String expected) {
    return Arguments.of(row.faults, mode, kind, expected, mode + " " + row.endpoint(kind));
  }

  @ParameterizedTest(name = "{0} in {1} on {2}: {3}")
  @MethodSource("cells")
  void shouldHaveTheOutcomeThatTheFaultMeans(
      String faults, String mode, String kind, String expected, String run) {
    TestReport report = Objects.requireNonNull(REPORTS.get(run)).join();

    assertThat(outcomes(report.toJson())).isEqualTo(expected);
    assertThat(report.passed()).isEqualTo(expected.equals("ok 10"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "corrupt: 1/4       | mismatch 2, ok 8",
        "drop: 1/4          | ok 3, timeout 1",
        "truncateAt: 1      | truncated 1",
        "closeAfter: 0      | closed 1",
        "onAccept: refuse   | reset 1",
        "delay: 10ms        | ok 10"
      })
  void shouldEndTheCommandWithTheVerdict(String faults, String expected) {
    inject("healthy", faults);

    CommandRun run =
        CommandRun.of(
            "test",
            "127.0.0.1:" + node.port("healthy"),
            "--output",
            "json",
            "--count",
            "10",
            "--timeout",
            "1s");

    assertThat(outcomes(run.json())).isEqualTo(expected);
    boolean right = expected.equals("ok 10");
    assertThat(run.json().getString("verdict")).isEqualTo(right ? "pass" : "fail");
    assertThat(run.exitCode()).isEqualTo(right ? 0 : 1);
  }

  @Test
  void shouldSayWhatIsInjectedAndHealAgain() {
    inject("healthy", "delay: 1ms, drop: 1/4");
    assertThat(node.info("healthy").faults())
        .isEqualTo(Faults.of(Map.of("delay", "1ms", "drop", "1/4")));

    FaultRequest healed =
        FaultRequest.fromJson(
            LocalNode.await(
                    node.node()
                        .vertx()
                        .eventBus()
                        .<JsonObject>request(
                            Addresses.ECHO_FAULT, new JsonObject().put("endpoint", "healthy")))
                .body());

    assertThat(healed).isEqualTo(new FaultRequest("healthy", Faults.NONE));
    assertThat(node.info("healthy").faults().isNone()).isTrue();
    assertThat(
            CommandRun.of("test", "127.0.0.1:" + node.port("healthy"), "--count", "10").exitCode())
        .isZero();
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(() -> inject("nowhere", "drop: 1/4"))
        .hasMessageContaining("endpoint: nowhere (expected one of ");
    assertThatThrownBy(() -> inject("healthy", "drop: 0"))
        .hasMessageContaining("faults.drop: 0 (expected each n-th such as 1/100");
  }

  private static void inject(String endpoint, String faults) {
    JsonObject spec = new JsonObject();
    for (String each : faults.split(", ", -1)) {
      int colon = each.indexOf(": ");
      spec.put(each.substring(0, colon), each.substring(colon + 2));
    }
    var unused =
        LocalNode.await(
            node.node()
                .vertx()
                .eventBus()
                .request(
                    Addresses.ECHO_FAULT,
                    new JsonObject().put("endpoint", endpoint).put("faults", spec)));
  }

  private static String outcomes(JsonObject report) {
    Map<String, Object> counts = new TreeMap<>(report.getJsonObject("outcomes").getMap());
    counts.values().removeIf(count -> ((Number) count).longValue() == 0);
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }
}
