package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.FaultRequest;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.spec.Faults;
import dev.echomesh.testing.LocalNode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every injected fault in every mode, and the one outcome that it must have: the examination of the
 * tester by the endpoint, and the reverse. Ten frames of 64 bytes; in ping one after the other, in
 * stream all in flight at once, in rate one each 5 ms, in connect each on a connection of its own.
 * How many frames of a rate are in flight when their connection ends is a matter of the machine's
 * speed, so those cells leave the number open.
 */
@SuppressWarnings("NullAway.Init") // set before all tests
class FaultMatrixIT {
  private static final String TIMEOUT = "400ms";
  private static LocalNode node;

  @BeforeAll
  static void startNode() {
    node =
        LocalNode.start(
            """
            echo:
              endpoints:
                - {name: stream, host: 127.0.0.1, port: 0}
                - {name: framed, host: 127.0.0.1, port: 0, mode: framed, frameLength: 64}
            """);
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    row(cells, "corrupt: 1/4", "mismatch 2, ok 8", "mismatch 2, ok 8", "mismatch 2, ok 8", "ok 10");
    row(
        cells,
        "corrupt: 1/1, corruptBytes: 3",
        "mismatch 10",
        "mismatch 10",
        "mismatch 10",
        "mismatch 10");
    row(cells, "drop: 1/4", "ok 3, timeout 1", "lost 2, ok 8", "lost 2, ok 8", "ok 10");
    row(
        cells,
        "drop: 1/1",
        "timeout 1",
        "cancelled 9, timeout 1",
        "cancelled 9, timeout 1",
        "timeout 10");
    row(
        cells,
        "duplicate: 1/4",
        "duplicated 2, ok 8",
        "duplicated 2, ok 8",
        "duplicated 2, ok 8",
        "ok 10");
    row(cells, "swap: 1/4", "ok 3, timeout 1", "ok 8, reordered 2", "ok 8, reordered 2", "ok 10");
    row(
        cells,
        "truncateAt: 4",
        "ok 3, truncated 1",
        "closed 6, ok 3, truncated 1",
        "(closed \\d, )?ok 3, truncated 1",
        "ok 10");
    row(
        cells,
        "truncateAt: 1",
        "truncated 1",
        "closed 9, truncated 1",
        "(closed \\d, )?truncated 1",
        "truncated 10");
    row(cells, "closeAfter: 192", "closed 1, ok 3", "closed 7, ok 3", "closed \\d, ok 3", "ok 10");
    row(cells, "closeAfter: 0", "closed 1", "closed 10", "closed \\d+", "closed 10");
    row(cells, "resetAfter: 192", "ok 3, reset 1", "ok 3, reset 7", "ok 3, reset \\d", "ok 10");
    row(cells, "onAccept: refuse", "reset 1", "reset 10", "reset \\d+", "reset 10");
    row(
        cells,
        "onAccept: silent",
        "timeout 1",
        "cancelled 9, timeout 1",
        "cancelled 9, timeout 1",
        "timeout 10");
    row(
        cells,
        "onAccept: stop-reading",
        "timeout 1",
        "cancelled 9, timeout 1",
        "cancelled 9, timeout 1",
        "timeout 10");
    row(cells, "onAccept: half-close", "closed 1", "closed 10", "closed \\d+", "closed 10");
    for (String harmless :
        List.of(
            "delay: 10ms",
            "delay: 10ms, jitter: 9ms",
            "delay: 5ms, jitter: 5ms, distribution: normal",
            "delay: 5ms, jitter: 5ms, distribution: exponential",
            "bandwidth: 20KiB",
            "stallEvery: 30ms, stallFor: 20ms",
            "segment: 1")) {
      row(cells, harmless, "ok 10", "ok 10", "ok 10", "ok 10");
    }
    return cells.stream();
  }

  private static void row(
      List<Arguments> cells,
      String faults,
      String ping,
      String stream,
      String rate,
      String connect) {
    Map<String, String> modes = new TreeMap<>();
    modes.put("ping", ping);
    modes.put("stream", stream);
    modes.put("rate", rate);
    modes.put("connect", connect);
    modes.forEach(
        (mode, expected) -> {
          cells.add(Arguments.of(faults, mode, "stream", expected));
          cells.add(Arguments.of(faults, mode, "framed", expected));
        });
  }

  @ParameterizedTest(name = "{0} in {1} on {2}: {3}")
  @MethodSource("cells")
  void shouldHaveTheOutcomeThatTheFaultMeans(
      String faults, String mode, String endpoint, String expected) {
    inject(endpoint, faults);

    List<String> command =
        new ArrayList<>(
            List.of("test", "127.0.0.1:" + node.port(endpoint), "--output", "json", "--count"));
    command.addAll(List.of("10", "--mode", mode, "--timeout", TIMEOUT));
    if (mode.equals("rate")) {
      command.addAll(List.of("--rate", "200"));
    }
    CommandRun run = CommandRun.of(command.toArray(String[]::new));

    assertThat(outcomes(run)).matches(expected);
    boolean healthy = expected.equals("ok 10");
    assertThat(run.json().getString("verdict")).isEqualTo(healthy ? "pass" : "fail");
    assertThat(run.exitCode()).isEqualTo(healthy ? 0 : 1);
  }

  @Test
  void shouldSayWhatIsInjectedAndHealAgain() {
    inject("stream", "delay: 1ms, drop: 1/4");
    assertThat(node.info("stream").faults())
        .isEqualTo(Faults.of(Map.of("delay", "1ms", "drop", "1/4")));

    FaultRequest healed =
        FaultRequest.fromJson(
            LocalNode.await(
                    node.node()
                        .vertx()
                        .eventBus()
                        .<JsonObject>request(
                            Addresses.ECHO_FAULT, new JsonObject().put("endpoint", "stream")))
                .body());

    assertThat(healed).isEqualTo(new FaultRequest("stream", Faults.NONE));
    assertThat(node.info("stream").faults().isNone()).isTrue();
    assertThat(
            CommandRun.of("test", "127.0.0.1:" + node.port("stream"), "--count", "10").exitCode())
        .isZero();
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(() -> inject("nowhere", "drop: 1/4"))
        .hasMessageContaining("endpoint: nowhere (expected one of ");
    assertThatThrownBy(() -> inject("stream", "drop: 0"))
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

  private static String outcomes(CommandRun run) {
    Map<String, Object> counts = new TreeMap<>(run.json().getJsonObject("outcomes").getMap());
    counts.values().removeIf(count -> ((Number) count).longValue() == 0);
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }
}
