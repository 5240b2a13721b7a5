package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestMode;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Blackhole;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.PeerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that falls silent, at any moment: every mode ends, and says what did not come. */
class SilenceIT {
  private static final int LENGTH = 64;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  /** The contract's "timeout + 1 s of its last send", four times over for a busy machine. */
  private static final Duration LATEST_END = TIMEOUT.plusSeconds(1).multipliedBy(4);

  /** When the peer falls silent, and what that is called. */
  private enum Moment {
    CONNECT(Outcome.CONNECT_TIMEOUT),
    TLS_HANDSHAKE(Outcome.TLS_FAILED),
    READ(Outcome.TIMEOUT),
    ANSWER(Outcome.TIMEOUT),
    INSIDE_A_FRAME(Outcome.TIMEOUT),
    CLOSE(Outcome.OK);

    private final Outcome outcome;

    Moment(Outcome outcome) {
      this.outcome = outcome;
    }
  }

  static Stream<Arguments> modesAndMoments() {
    return Stream.of(TestMode.values())
        .flatMap(mode -> Stream.of(Moment.values()).map(moment -> arguments(mode, moment)));
  }

  @ParameterizedTest(name = "{0}, silent at {1}")
  @MethodSource("modesAndMoments")
  void shouldEndWhenThePeerFallsSilent(TestMode mode, Moment moment) {
    if (moment == Moment.CONNECT) {
      try (Blackhole hole = Blackhole.open()) {
        assertEnds(mode, moment, "127.0.0.1:" + hole.port());
      }
    } else {
      try (FaultyPeer peer = FaultyPeer.start(LENGTH, silentAt(moment))) {
        assertEnds(mode, moment, peer.target());
      }
    }
  }

  private static void assertEnds(TestMode mode, Moment moment, String target) {
    List<String> arguments =
        new ArrayList<>(List.of("test", target, "--mode", mode.key(), "--output", "json"));
    arguments.addAll(List.of("--timeout", TIMEOUT.toMillis() + "ms"));
    arguments.addAll(options(mode));
    if (moment == Moment.TLS_HANDSHAKE) {
      arguments.add("--tls");
    }
    long startedAt = System.nanoTime();
    CommandRun run = CommandRun.of(arguments.toArray(new String[0]));
    Duration took = Duration.ofNanos(System.nanoTime() - startedAt);

    Outcomes outcomes = Outcomes.fromJson(run.json().getJsonObject("outcomes"));
    assertThat(outcomes.count(moment.outcome)).as(run.toString()).isPositive();
    assertThat(outcomes.counts().keySet())
        .as(run.toString())
        .isSubsetOf(moment.outcome, Outcome.CANCELLED);
    boolean passes = moment == Moment.CLOSE && mode != TestMode.FIND_MAX;
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(passes ? 0 : 1);
    assertThat(took).isLessThan(LATEST_END);
  }

  /** Three frames; of a search one step with one frame, which it does not call good enough. */
  private static List<String> options(TestMode mode) {
    String options =
        switch (mode) {
          case PING, STREAM -> "--count 3";
          case RATE -> "--count 3 --rate 100";
          case CONNECT -> "--count 3 --connections 3 --graceful-close";
          case FIND_MAX -> "--rate 1 --warmup 0s --duration 100ms --fail-if p99>0us";
        };
    return List.of(options.split(" ", -1));
  }

  private static Fault silentAt(Moment moment) {
    return switch (moment) {
      case READ -> Fault.stopReading();
      case INSIDE_A_FRAME ->
          connection -> {
            byte[] frame = connection.readFrame();
            connection.write(Arrays.copyOf(frame, frame.length / 2));
            connection.drain();
          };
      case CLOSE -> SilenceIT::keepOpen;
      default -> Fault.neverAnswer();
    };
  }

  /** Answers everything, and does not end when the client does. */
  private static void keepOpen(PeerConnection connection) throws IOException {
    Fault.exactEcho().serve(connection);
    connection.stall();
  }
}
