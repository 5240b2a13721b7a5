package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.RefusingPort;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the open loop makes of peers that misbehave, alone and in a search for its highest rate. */
class OpenLoopOutcomesIT {
  private static final int LENGTH = 64;
  private static final int FRAMES = 10;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(
            "bit flipped", Fault.flipBit(3, 40), Map.of(Outcome.OK, 9L, Outcome.MISMATCH, 1L)),
        Arguments.of("garbage", Fault.garbage(3, 1), Map.of(Outcome.OK, 9L, Outcome.MISMATCH, 1L)),
        Arguments.of("drops", Fault.drop(3), Map.of(Outcome.OK, 9L, Outcome.LOST, 1L)),
        Arguments.of("drops the last", Fault.drop(9), Map.of(Outcome.OK, 9L, Outcome.TIMEOUT, 1L)),
        Arguments.of("doubles", Fault.duplicate(3), Map.of(Outcome.OK, 9L, Outcome.DUPLICATED, 1L)),
        Arguments.of(
            "doubles the last",
            Fault.echoLastTwice(),
            Map.of(Outcome.OK, 9L, Outcome.DUPLICATED, 1L)),
        Arguments.of("swaps", Fault.swap(3), Map.of(Outcome.OK, 9L, Outcome.REORDERED, 1L)),
        Arguments.of(
            "truncates the last", Fault.truncate(9), Map.of(Outcome.OK, 9L, Outcome.TRUNCATED, 1L)),
        Arguments.of(
            "closes at the last", Fault.closeAfter(9), Map.of(Outcome.OK, 9L, Outcome.CLOSED, 1L)),
        Arguments.of(
            "resets at the last", Fault.resetAfter(9), Map.of(Outcome.OK, 9L, Outcome.RESET, 1L)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void shouldComeToExactlyTheContractsOutcome(
      String what, Fault fault, Map<Outcome, Long> expected) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, fault)) {
      boolean waited = expected.containsKey(Outcome.TIMEOUT) || expected.containsKey(Outcome.LOST);
      CommandRun run = rate(peer.target(), timeout(waited));

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(outcomes(run).counts()).as(run.out()).isEqualTo(expected);
      assertThat(run.json().getJsonObject("bytes").getLong("sent")).isEqualTo(FRAMES * LENGTH);
    }
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        Arguments.of("closes", Fault.closeAfter(3), 3, Outcome.CLOSED),
        Arguments.of("resets", Fault.resetAfter(3), 3, Outcome.RESET),
        Arguments.of("truncates", Fault.truncate(3), 3, Outcome.TRUNCATED),
        Arguments.of("never answers", Fault.neverAnswer(), 0, Outcome.TIMEOUT),
        Arguments.of("never reads", Fault.stopReading(), 0, Outcome.TIMEOUT),
        Arguments.of("stops inside a frame", silentInside(3), 3, Outcome.TIMEOUT),
        Arguments.of("inserts a byte", Fault.insertByte(3), 4, Outcome.MISMATCH));
  }

  /** How many frames were out when the peer ended is up to both; each has one outcome. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("ends")
  void shouldEndEveryFrameWhenTheConnectionEnds(String what, Fault fault, long ok, Outcome main) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, fault)) {
      CommandRun run = rate(peer.target(), timeout(main.equals(Outcome.TIMEOUT)));

      assertThat(run.exitCode()).isEqualTo(1);
      Outcomes outcomes = outcomes(run);
      assertThat(outcomes.counts()).as(run.out()).containsKey(main);
      assertThat(outcomes.count(Outcome.OK)).isEqualTo(ok);
      assertThat(outcomes.counts().keySet())
          .isSubsetOf(Outcome.OK, main, Outcome.CLOSED, Outcome.CANCELLED);
      assertThat(outcomes.frames()).isBetween(ok + 1, (long) FRAMES);
      assertThat(outcomes.failedConnections()).isZero();
    }
  }

  @Test
  void shouldTellAnotherConnectionsFrame() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.answerWithFrameOfOtherConnection(2))) {
      CommandRun run = rate(peer.target(), "--connections", "2", "--timeout", "20s");

      assertThat(outcomes(run).counts()).isEqualTo(Map.of(Outcome.OK, 8L, Outcome.FOREIGN, 2L));
    }
  }

  @Test
  void shouldTellAnotherConnectionsFrameInEveryStepOfASearch() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.answerWithFrameOfOtherConnection(1))) {
      JsonArray steps = search(peer, "--rate", "80", "--duration", "50ms", "--connections", "2");

      // of four frames
      assertThat(reasons(steps, 0)).contains("2 frames foreign");
    }
  }

  /** Each step is a connection of its own, and the peer has another fault for each. */
  @Test
  void shouldTellTheOutcomesOfEveryStepOfASearch() {
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put("1 frame mismatch", Fault.flipBit(3, 40));
    faults.put("1 frame timeout", Fault.neverAnswer());
    faults.put("1 frame lost", Fault.drop(3));
    faults.put("1 frame duplicated", Fault.duplicate(1));
    faults.put("1 frame reordered", Fault.swap(0));
    faults.put("1 frame truncated", Fault.truncate(0));
    // more are sent before the end is seen if the machine is slow
    faults.put("\\d+ frames? closed", Fault.closeAfter(0));
    faults.put("\\d+ frames? reset", Fault.resetAfter(0));
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, inTurn(List.copyOf(faults.values())))) {
      // 30 frames, 15, and so on
      JsonArray steps = search(peer, "--rate", "1000", "--duration", "30ms");

      int step = 0;
      for (String outcome : faults.keySet()) {
        assertThat(reasons(steps, step++))
            .as(steps.encode())
            .anyMatch(reason -> reason.matches(outcome));
      }
      assertThat(reasons(steps, 1)).anyMatch(reason -> reason.endsWith("frames cancelled"));
    }
  }

  private static Fault inTurn(List<Fault> faults) {
    AtomicInteger connections = new AtomicInteger();
    return connection ->
        faults.get(Math.min(connections.getAndIncrement(), faults.size() - 1)).serve(connection);
  }

  /** A search in which nothing is good enough. */
  private static JsonArray search(FaultyPeer peer, String... options) {
    List<String> all = new ArrayList<>(List.of("--warmup", "0s", "--fail-if", "p99 > 0us"));
    Collections.addAll(all, options);
    CommandRun run = run("find-max", peer.target(), all.toArray(new String[0]));
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
    return run.json().getJsonObject("search").getJsonArray("steps");
  }

  private static List<String> reasons(JsonArray steps, int step) {
    return steps.getJsonObject(step).getJsonArray("reasons").stream()
        .map(String.class::cast)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"rate", "find-max"})
  void shouldSayWhenNobodyListensOrTheNameHasNoAddress(String mode) {
    try (RefusingPort port = RefusingPort.reserve()) {
      CommandRun run = run(mode, "127.0.0.1:" + port.port(), "--connections", "3", "--rate", "1");
      assertThat(outcomes(run).counts()).isEqualTo(Map.of(Outcome.REFUSED, 3L));
    }
    CommandRun run = run(mode, "nobody.invalid:7", "--connections", "3", "--rate", "1");
    assertThat(outcomes(run).counts()).isEqualTo(Map.of(Outcome.UNRESOLVED, 3L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000", "5"})
  void shouldEndConnectionsAtARateWhoseTlsHandshakeIsNotAnswered(String rate) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.neverAnswer())) {
      CommandRun run =
          run(
              "connect",
              peer.target(),
              "--tls",
              "--rate",
              rate,
              "--warmup",
              "0s",
              "--duration",
              "200ms");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(outcomes(run).counts()).as(run.out()).containsKey(Outcome.TLS_FAILED);
      assertThat(outcomes(run).counts().keySet()).isSubsetOf(Outcome.TLS_FAILED, Outcome.CANCELLED);
    }
  }

  private static Fault silentInside(long frameIndex) {
    return Fault.at(
        frameIndex,
        (connection, frame) -> {
          connection.write(Arrays.copyOf(frame, frame.length / 2));
          connection.drain();
        });
  }

  /** Only where one is waited for may a busy machine have a frame time out. */
  private static String[] timeout(boolean waited) {
    return new String[] {"--timeout", waited ? TIMEOUT.toMillis() + "ms" : "20s"};
  }

  /** So fast that all ten are due at once. */
  private static CommandRun rate(String target, String... options) {
    List<String> all = new ArrayList<>();
    Collections.addAll(all, "--rate", "1M", "--count", Integer.toString(FRAMES));
    Collections.addAll(all, options);
    return run("rate", target, all.toArray(new String[0]));
  }

  private static CommandRun run(String mode, String target, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", target, "--mode", mode, "--output", "json");
    if (!Arrays.asList(options).contains("--timeout")) {
      Collections.addAll(arguments, timeout(true));
    }
    Collections.addAll(arguments, options);
    return CommandRun.of(arguments.toArray(new String[0]));
  }

  private static Outcomes outcomes(CommandRun run) {
    return Outcomes.fromJson(run.json().getJsonObject("outcomes"));
  }
}
