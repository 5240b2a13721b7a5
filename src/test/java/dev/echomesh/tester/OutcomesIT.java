package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestMode;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.PeerConnection;
import dev.echomesh.testing.RefusingPort;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which a peer can misbehave, and what the command makes of it: ten frames, in ping
 * one after the other, in stream all in flight at once.
 */
class OutcomesIT {
  private static final int LENGTH = 64;
  private static final int FRAMES = 10;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  /** The contract's "timeout + 1 s of its last send", four times over for a busy machine. */
  private static final Duration LATEST_END = TIMEOUT.plusSeconds(1).multipliedBy(4);

  static Stream<Arguments> faults() {
    List<Arguments> cases = new ArrayList<>();
    for (int offset : new int[] {0, 5, 9, 13, 20, 24, 40, 63}) {
      both(cases, "bit flipped in byte " + offset, Fault.flipBit(3, offset), "ok 9, mismatch 1");
    }
    ping(cases, "drops", Fault.drop(3), "ok 3, timeout 1");
    stream(cases, "drops", Fault.drop(3), "ok 9, lost 1");
    both(cases, "drops the last", Fault.drop(9), "ok 9, timeout 1");
    both(cases, "doubles", Fault.duplicate(3), "ok 9, duplicated 1");
    both(cases, "doubles the last", Fault.duplicate(9), "ok 9, duplicated 1");
    both(cases, "doubles the last at the end", Fault.echoLastTwice(), "ok 9, duplicated 1");
    ping(cases, "swaps", Fault.swap(3), "ok 3, timeout 1");
    stream(cases, "swaps", Fault.swap(3), "ok 9, reordered 1");
    ping(cases, "truncates", Fault.truncate(3), "ok 3, truncated 1");
    stream(cases, "truncates", Fault.truncate(3), "ok 3, truncated 1, closed 6");
    both(cases, "truncates the last", Fault.truncate(9), "ok 9, truncated 1");
    ping(cases, "closes", Fault.closeAfter(3), "ok 3, closed 1");
    stream(cases, "closes", Fault.closeAfter(3), "ok 3, closed 7");
    ping(cases, "closes without an answer", Fault.closeAfter(0), "closed 1");
    stream(cases, "closes without an answer", Fault.closeAfter(0), "closed 10");
    ping(cases, "resets", Fault.resetAfter(3), "ok 3, reset 1");
    stream(cases, "resets", Fault.resetAfter(3), "ok 3, reset 7");
    ping(cases, "resets without an answer", Fault.resetAfter(0), "reset 1");
    stream(cases, "resets without an answer", Fault.resetAfter(0), "reset 10");
    ping(cases, "never answers", Fault.neverAnswer(), "timeout 1");
    stream(cases, "never answers", Fault.neverAnswer(), "timeout 1, cancelled 9");
    ping(cases, "never reads", Fault.stopReading(), "timeout 1");
    stream(cases, "never reads", Fault.stopReading(), "timeout 1, cancelled 9");
    both(cases, "answers garbage", Fault.garbage(3, 1), "ok 9, mismatch 1");
    ping(cases, "inserts a byte", Fault.insertByte(3), "ok 4, mismatch 2");
    stream(cases, "inserts a byte", Fault.insertByte(3), "ok 4, mismatch 2, cancelled 4");
    both(cases, "adds a byte to the last", Fault.insertByte(9), "ok 9, mismatch 1");
    both(cases, "adds a byte and stays", addsAByteAndStays(), "ok 9, mismatch 1");
    ping(cases, "leaves a byte out", leaveOut(3, 10), "ok 3, timeout 1");
    stream(cases, "leaves a byte out", leaveOut(3, 10), "ok 3, mismatch 2, cancelled 5");
    both(cases, "leaves the last byte out", Fault.dropByte(9), "ok 9, timeout 1");
    both(cases, "greets with a frame's length", greets(LENGTH), "ok 9, mismatch 1");
    ping(cases, "greets", greets(10), "mismatch 2");
    stream(cases, "greets", greets(10), "mismatch 2, cancelled 8");
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("faults")
  void shouldComeToExactlyTheContractsOutcome(
      String what, TestMode mode, Fault fault, String expected) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, fault)) {
      assertFails(expected, mode, peer.target());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestMode.class,
      names = {"PING", "STREAM"})
  void shouldPassWhenNothingIsWrong(TestMode mode) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      CommandRun run = run(mode, peer.target());

      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(outcomes(run)).isEqualTo(Map.of(Outcome.OK, 10L));
      assertThat(run.json().getString("verdict")).isEqualTo("pass");
      assertThat(run.json().getJsonArray("reasons")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestMode.class,
      names = {"PING", "STREAM"})
  void shouldTellAnotherConnectionsFrame(TestMode mode) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.answerWithFrameOfOtherConnection(2))) {
      assertFails("ok 8, foreign 2", mode, peer.target(), "--connections", "2");
    }
  }

  /**
   * So many connections that many are reset before the first frame is sent, and some perhaps before
   * this side knows that they were made.
   */
  @ParameterizedTest
  @EnumSource(
      value = TestMode.class,
      names = {"PING", "STREAM"})
  void shouldCallAResetAtOnceAReset(TestMode mode) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.acceptAndResetAtOnce())) {
      CommandRun run = crowd(mode, peer, "4000");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(outcomes(run)).as(run.out()).containsKey(Outcome.RESET);
      assertThat(outcomes(run).keySet()).isSubsetOf(Outcome.RESET, Outcome.REFUSED);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestMode.class,
      names = {"PING", "STREAM"})
  void shouldCallAnEndAtOnceClosed(TestMode mode) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, OutcomesIT::endAtOnce)) {
      CommandRun run = crowd(mode, peer, "4000");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(outcomes(run)).as(run.out()).containsOnlyKeys(Outcome.CLOSED);
    }
  }

  /** A connection that has nothing to send cannot miss anything either. */
  @Test
  void shouldSendNoFrameMoreThanAskedForWhenThePeerEndsTooEarly() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, OutcomesIT::endAtOnce)) {
      CommandRun run = crowd(TestMode.PING, peer, "1");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(outcomes(run)).as(run.out()).isEqualTo(parse("closed 1"));
    }
  }

  @Test
  void shouldStopFillingAPeerThatStoppedReadingLongFrames() {
    try (FaultyPeer peer = FaultyPeer.start(1 << 20, Fault.stopReading())) {
      CommandRun run =
          run(TestMode.STREAM, peer.target(), "--frame-length", "1MiB", "--count", "50");

      assertThat(run.exitCode()).isEqualTo(1);
      Map<Outcome, Long> outcomes = outcomes(run);
      assertThat(outcomes).containsEntry(Outcome.TIMEOUT, 1L);
      assertThat(outcomes.keySet()).isSubsetOf(Outcome.TIMEOUT, Outcome.CANCELLED);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestMode.class,
      names = {"PING", "STREAM"})
  void shouldSayWhenNobodyListens(TestMode mode) {
    try (RefusingPort port = RefusingPort.reserve()) {
      assertFails("refused 3", mode, "127.0.0.1:" + port.port(), "--connections", "3");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestMode.class,
      names = {"PING", "STREAM"})
  void shouldSayWhenTheNameHasNoAddress(TestMode mode) {
    CommandRun run = run(mode, "nobody.invalid:7", "--connections", "3");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(outcomes(run)).isEqualTo(parse("unresolved 3"));
    assertThat(run.json().getJsonArray("reasons").toString())
        .contains("the name nobody.invalid has no address");
  }

  @Test
  void shouldGoOnWithTheOtherConnectionsWhenOneFails() {
    Fault onlyTheFirst =
        new Fault() {
          private boolean done;

          @Override
          public void serve(PeerConnection connection) throws IOException {
            boolean first;
            synchronized (this) {
              first = !done;
              done = true;
            }
            (first ? Fault.neverAnswer() : Fault.exactEcho()).serve(connection);
          }
        };
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, onlyTheFirst)) {
      assertFails("ok 8, timeout 1", TestMode.PING, peer.target(), "--connections", "5");
    }
  }

  private static CommandRun crowd(TestMode mode, FaultyPeer peer, String count) {
    return run(mode, peer.target(), "--connections", "400", "--count", count, "--timeout", "10s");
  }

  private static void endAtOnce(PeerConnection connection) throws IOException {
    connection.finish();
    connection.drain();
  }

  private static void assertFails(
      String expected, TestMode mode, String target, String... options) {
    long startedAt = System.nanoTime();
    CommandRun run = run(mode, target, withTimeout(expected, options));
    Duration took = Duration.ofNanos(System.nanoTime() - startedAt);

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
    JsonObject report = run.json();
    assertThat(outcomes(run)).as(run.out()).isEqualTo(parse(expected));
    assertThat(report.getString("verdict")).isEqualTo("fail");
    assertThat(report.getJsonArray("reasons")).isNotEmpty();
    assertThat(report.getValue("peer")).isNull();
    assertThat(report.getJsonObject("bytes").getLong("sent"))
        .as("bytes of the frames that have an outcome")
        .isEqualTo(LENGTH * Outcomes.fromJson(report.getJsonObject("outcomes")).frames());
    assertThat(took).isLessThan(LATEST_END);
  }

  /** Only where one is waited for may a busy machine have a frame time out. */
  private static String[] withTimeout(String expected, String... options) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    if (!expected.contains("timeout") && !expected.contains("lost")) {
      Collections.addAll(all, "--timeout", "20s");
    }
    return all.toArray(new String[0]);
  }

  private static CommandRun run(TestMode mode, String target, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", target, "--mode", mode.key(), "--output", "json");
    if (!Arrays.asList(options).contains("--timeout")) {
      Collections.addAll(arguments, "--timeout", TIMEOUT.toMillis() + "ms");
    }
    if (!Arrays.asList(options).contains("--count")) {
      Collections.addAll(arguments, "--count", Integer.toString(FRAMES));
    }
    Collections.addAll(arguments, options);
    return CommandRun.of(arguments.toArray(new String[0]));
  }

  private static Map<Outcome, Long> outcomes(CommandRun run) {
    return Outcomes.fromJson(run.json().getJsonObject("outcomes")).counts();
  }

  /** {@code ok 9, lost 1}. */
  private static Map<Outcome, Long> parse(String outcomes) {
    JsonObject json = new JsonObject();
    for (String part : outcomes.split(", ", -1)) {
      int space = part.indexOf(' ');
      json.put(part.substring(0, space), Long.valueOf(part.substring(space + 1)));
    }
    return Outcomes.fromJson(json).counts();
  }

  private static void ping(List<Arguments> cases, String what, Fault fault, String outcomes) {
    cases.add(Arguments.of(what, TestMode.PING, fault, outcomes));
  }

  private static void stream(List<Arguments> cases, String what, Fault fault, String outcomes) {
    cases.add(Arguments.of(what, TestMode.STREAM, fault, outcomes));
  }

  private static void both(List<Arguments> cases, String what, Fault fault, String outcomes) {
    ping(cases, what, fault, outcomes);
    stream(cases, what, fault, outcomes);
  }

  /** Leaves out a byte that is not the frame's last, so that the rest of the frame is shifted. */
  private static Fault leaveOut(long frameIndex, int offset) {
    return Fault.at(
        frameIndex,
        (connection, frame) -> {
          connection.write(Arrays.copyOf(frame, offset));
          connection.write(Arrays.copyOfRange(frame, offset + 1, frame.length));
        });
  }

  /** Says something before it is asked. */
  private static Fault greets(int length) {
    return connection -> {
      byte[] greeting = new byte[length];
      new Random(1).nextBytes(greeting);
      connection.write(greeting);
      Fault.exactEcho().serve(connection);
    };
  }

  /** Sends a byte too many after the client's end, and keeps the connection. */
  private static Fault addsAByteAndStays() {
    return connection -> {
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        connection.write(frame);
      }
      connection.write("!".getBytes(StandardCharsets.US_ASCII));
      connection.stall();
    };
  }
}
