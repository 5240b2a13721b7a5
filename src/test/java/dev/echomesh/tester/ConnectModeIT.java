package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Blackhole;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.RefusingPort;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A new connection for every frame. */
class ConnectModeIT {
  private static final int LENGTH = 64;

  /** A third of what all that is due would take, one after the other. */
  private static final Duration LATEST_END = Duration.ofSeconds(30);

  @ParameterizedTest
  @CsvSource({"1", "2", "5", "40"})
  void shouldMakeAConnectionForEveryFrame(int slots) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      JsonObject report = passes(peer, "--count", "101", "--connections", Integer.toString(slots));

      assertThat(report.getJsonObject("outcomes")).isEqualTo(new JsonObject().put("ok", 101));
      assertThat(report.getJsonObject("connections").getInteger("opened")).isEqualTo(101);
      assertThat(report.getJsonObject("connections").getJsonArray("addresses")).hasSize(100);
      assertThat(report.getJsonObject("connect").getLong("count")).isEqualTo(101);
      assertThat(report.getJsonObject("rtt").getLong("count")).isEqualTo(101);
      assertThat(report.getJsonObject("bytes").getLong("received")).isEqualTo(101L * LENGTH);
      assertThat(report.getValue("peer")).isNull();
      assertThat(peer.accepted()).isEqualTo(101);
    }
  }

  @Test
  void shouldLookUpANameForEveryConnection() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      CommandRun run = run("localhost:" + peer.port(), "-4", "--count", "20", "--connections", "3");

      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.json().getJsonObject("resolve").getLong("count")).isEqualTo(20);
      assertThat(run.json().getJsonObject("connect").getLong("count")).isEqualTo(20);
    }
  }

  @Test
  void shouldGoOnForItsDuration() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      JsonObject report = passes(peer, "--warmup", "100ms", "--duration", "300ms");

      assertThat(report.getJsonObject("outcomes").getLong("ok")).isEqualTo(peer.accepted());
      assertThat(report.getJsonObject("connect").getLong("count")).isLessThan(peer.accepted());
      assertThat(report.getDouble("durationSeconds")).isGreaterThanOrEqualTo(0.4);
    }
  }

  @Test
  void shouldMakeExactlyTheConnectionsOfARate() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      JsonObject report =
          passes(
              peer,
              "--rate",
              "200",
              "--connections",
              "5",
              "--warmup",
              "100ms",
              "--duration",
              "400ms");

      assertThat(report.getJsonObject("outcomes")).isEqualTo(new JsonObject().put("ok", 100));
      assertThat(peer.accepted()).isEqualTo(100);
      assertThat(report.getJsonObject("lag").getLong("count")).isEqualTo(80);
      assertThat(report.getJsonObject("connect").getLong("count")).isEqualTo(80);
    }
  }

  @Test
  void shouldEndByResetWhichLeavesNoPortInTimeWait() {
    assertThat(endings()).hasSize(20).containsOnly("RST");
  }

  @Test
  void shouldEndByFinWhenAskedToBeGraceful() {
    assertThat(endings("--graceful-close")).hasSize(20).containsOnly("FIN");
  }

  /** More than the half second that other modes give it. */
  @Test
  void shouldWaitForThePeersFinForAsLongAsTheTimeout() {
    Fault late =
        connection -> {
          byte[] frame = connection.readFrame();
          connection.write(frame);
          if (connection.readFrame().length == 0) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            connection.write(frame);
          }
        };
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, late)) {
      CommandRun run = run(peer.target(), "--count", "1", "--timeout", "20s", "--graceful-close");

      assertThat(run.json().getJsonObject("outcomes"))
          .as(run.out())
          .isEqualTo(new JsonObject().put("ok", 0).put("duplicated", 1));
    }
  }

  private static Queue<String> endings(String... options) {
    Queue<String> endings = new ConcurrentLinkedQueue<>();
    Fault observer =
        connection -> {
          connection.write(connection.readFrame());
          try {
            endings.add(connection.readFrame().length == 0 ? "FIN" : "bytes");
          } catch (IOException reset) {
            endings.add("RST");
          }
        };
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, observer)) {
      List<String> all = new ArrayList<>(List.of("--count", "20", "--connections", "3"));
      Collections.addAll(all, "--timeout", "20s");
      Collections.addAll(all, options);
      assertThat(passes(peer, all.toArray(new String[0])).getString("verdict")).isEqualTo("pass");
    }
    return endings;
  }

  @ParameterizedTest
  @CsvSource({"1", "7"})
  void shouldCountEveryRefusal(int slots) {
    try (RefusingPort port = RefusingPort.reserve()) {
      CommandRun run =
          run(
              "127.0.0.1:" + port.port(),
              "--count",
              "30",
              "--connections",
              Integer.toString(slots));

      assertThat(run.exitCode()).isEqualTo(1);
      JsonObject report = run.json();
      assertThat(report.getJsonObject("outcomes"))
          .isEqualTo(new JsonObject().put("ok", 0).put("refused", 30));
      assertThat(report.getJsonObject("connections").getInteger("failed")).isEqualTo(30);
      assertThat(report.getValue("connect")).isNull();
      assertThat(report.getValue("rtt")).isNull();
    }
  }

  @Test
  void shouldCountRefusalsAtARate() {
    try (RefusingPort port = RefusingPort.reserve()) {
      CommandRun run =
          run("127.0.0.1:" + port.port(), "--rate", "100", "--warmup", "0s", "--duration", "300ms");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.json().getJsonObject("outcomes"))
          .isEqualTo(new JsonObject().put("ok", 0).put("refused", 30));
    }
  }

  /** Every connection misses one frame, and the next one is tried all the same. */
  @ParameterizedTest
  @CsvSource({
    "flip, mismatch",
    "close, closed",
    "reset, reset",
    "truncate, truncated",
    "duplicate, duplicated",
  })
  void shouldTellTheOutcomeOfEveryConnection(String fault, String outcome) {
    Fault each =
        switch (fault) {
          case "flip" -> Fault.flipBit(0, 40);
          case "close" -> Fault.closeAfter(0);
          case "reset" -> Fault.resetAfter(0);
          case "truncate" -> Fault.truncate(0);
          default -> Fault.duplicate(0);
        };
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, each)) {
      // a doubled frame is noticed only by someone who waits for the end
      CommandRun run = run(peer.target(), "--count", "5", "--timeout", "20s", "--graceful-close");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.json().getJsonObject("outcomes"))
          .as(run.out())
          .isEqualTo(new JsonObject().put("ok", 0).put(outcome, 5));
      assertThat(peer.accepted()).isEqualTo(5);
    }
  }

  @Test
  void shouldTellAnotherConnectionsFrame() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.answerWithFrameOfOtherConnection(0))) {
      CommandRun run = run(peer.target(), "--count", "2", "--connections", "2");

      assertThat(run.json().getJsonObject("outcomes"))
          .as(run.out())
          .isEqualTo(new JsonObject().put("ok", 0).put("foreign", 2));
    }
  }

  @Test
  void shouldSayWhenTheNameHasNoAddress() {
    CommandRun run = run("nobody.invalid:7", "--count", "3");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().getJsonObject("outcomes"))
        .isEqualTo(new JsonObject().put("ok", 0).put("unresolved", 1));
  }

  /** A slot that waits for a silent peer does not make the run wait for all that was due. */
  @Test
  void shouldEndInTimeWhenMoreIsDueThanASilentPeerLetsThrough() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.neverAnswer())) {
      assertEndsInTime(peer.target(), "timeout");
    }
    try (Blackhole hole = Blackhole.open()) {
      assertEndsInTime("127.0.0.1:" + hole.port(), "connect_timeout");
    }
  }

  private static void assertEndsInTime(String target, String outcome) {
    long startedAt = System.nanoTime();
    CommandRun run =
        run(
            target,
            "--rate",
            "1000",
            "--warmup",
            "0s",
            "--duration",
            "300ms",
            "--timeout",
            "300ms");
    Duration took = Duration.ofNanos(System.nanoTime() - startedAt);

    assertThat(run.exitCode()).isEqualTo(1);
    JsonObject outcomes = run.json().getJsonObject("outcomes");
    assertThat(outcomes.fieldNames()).containsExactlyInAnyOrder("ok", outcome, "cancelled");
    assertThat(outcomes.stream().mapToLong(e -> ((Number) e.getValue()).longValue()).sum())
        .as("every connection that was due has an outcome")
        .isEqualTo(300);
    assertThat(took).isLessThan(LATEST_END);
  }

  private static JsonObject passes(FaultyPeer peer, String... options) {
    CommandRun run = run(peer.target(), options);
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return run.json();
  }

  private static CommandRun run(String target, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", target, "--mode", "connect", "--output", "json");
    Collections.addAll(arguments, options);
    return CommandRun.of(arguments.toArray(new String[0]));
  }
}
