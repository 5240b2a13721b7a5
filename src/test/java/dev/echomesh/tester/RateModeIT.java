package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The open loop as a user starts it: how many frames, when, over which connections. */
class RateModeIT {
  private static final int LENGTH = 64;

  /** On two event loops from two connections on, and on connections that share a loop unevenly. */
  @ParameterizedTest
  @CsvSource({"1000, 1", "1000, 2", "1000, 3", "777, 7", "2000, 50", "20, 50"})
  void shouldSendExactlyTheFramesOfItsRate(int rate, int connections) {
    JsonObject report =
        passes("--rate", Integer.toString(rate), "--connections", Integer.toString(connections));

    // 100 ms warm-up and 500 ms
    int frames = (int) Math.ceil(rate * 0.6);
    assertThat(ok(report)).isEqualTo(frames);
    assertThat(report.getJsonObject("bytes").getLong("sent")).isEqualTo((long) frames * LENGTH);
    assertThat(report.getJsonObject("connections").getInteger("opened")).isEqualTo(connections);
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "8"})
  void shouldDealItsFramesOutOneByOne(int connections) {
    Queue<Integer> frames = new ConcurrentLinkedQueue<>();
    try (FaultyPeer peer =
        FaultyPeer.start(
            LENGTH,
            connection -> {
              int count = 0;
              try {
                for (byte[] frame = connection.readFrame();
                    frame.length > 0;
                    frame = connection.readFrame()) {
                  connection.write(frame);
                  count++;
                }
              } finally {
                // a reset ends it too, if this thread comes too late for the end of the half
                frames.add(count);
              }
            })) {
      CommandRun run = run(peer, "--rate", "2000", "--connections", Integer.toString(connections));
      assertThat(run.exitCode()).as(run.toString()).isZero();
    }
    assertThat(frames).hasSize(connections);
    assertThat(frames.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1200);
    assertThat(Collections.max(frames) - Collections.min(frames)).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"constant, 1, 10", "constant, 3, 100", "poisson, 1, 10", "poisson, 3, 101"})
  void shouldEndAfterItsCount(String arrivals, String connections, int count) {
    JsonObject report =
        passes(
            "--rate",
            "5000",
            "--arrivals",
            arrivals,
            "--connections",
            connections,
            "--count",
            Integer.toString(count));

    assertThat(ok(report)).isEqualTo(count);
  }

  /** The warm-up is part of the ramp, whose last rate is held for as long. */
  @ParameterizedTest
  @CsvSource({"1000..3000/500ms, 1300", "3000..1000/500ms, 1100", "2..2/500ms, 2"})
  void shouldSendTheIntegralOfARamp(String ramp, int frames) {
    JsonObject report = passes("--rate", ramp);

    assertThat(ok(report)).isBetween(frames - 1L, frames + 1L);
  }

  /** 1800 frames are expected, give or take √1800 ≈ 42; five times that for any seed. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "4"})
  void shouldSendAboutAsManyAtRandomTimesAndTheSameWithTheSameSeed(String connections) {
    long first = ok(passes(poisson(connections, "1")));

    assertThat(first).isBetween(1590L, 2010L);
    assertThat(ok(passes(poisson(connections, "1")))).isEqualTo(first);
    List<Long> others = new ArrayList<>();
    for (String seed : List.of("2", "3")) {
      others.add(ok(passes(poisson(connections, seed))));
    }
    assertThat(others).anyMatch(other -> other != first);
  }

  private static String[] poisson(String connections, String seed) {
    return new String[] {
      "--rate", "3000", "--arrivals", "poisson", "--connections", connections, "--seed", seed
    };
  }

  @Test
  void shouldMeasureLagAndBlockedOfEveryMeasuredFrame() {
    JsonObject report = passes("--rate", "1000");

    for (String part : List.of("rtt", "lag", "blocked")) {
      assertThat(report.getJsonObject(part).getLong("count")).as(part).isEqualTo(500);
    }
    double rtt = report.getJsonObject("rtt").getDouble("maxMicros");
    assertThat(report.getJsonObject("lag").getDouble("maxMicros"))
        .as("the round trip begins at the intended time")
        .isLessThanOrEqualTo(rtt);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "stream"})
  void shouldMeasureNeitherInAClosedLoop(String mode) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      JsonObject report =
          CommandRun.of("test", peer.target(), "--mode", mode, "--count", "10", "--output", "json")
              .json();

      assertThat(report.getValue("lag")).isNull();
      assertThat(report.getValue("blocked")).isNull();
      assertThat(report.getValue("rtt")).isNotNull();
    }
  }

  @Test
  void shouldHaveASeriesThatAddsUp() {
    JsonObject report = passes("--rate", "1000", "--duration", "2500ms");

    JsonArray series = report.getJsonArray("series");
    assertThat(series).hasSizeBetween(3, 5);
    assertThat(series.stream().mapToLong(point -> ((JsonObject) point).getLong("frames")).sum())
        .isEqualTo(2600);
    double last = 0;
    for (Object element : series) {
      JsonObject point = (JsonObject) element;
      assertThat(point.getDouble("second")).isGreaterThan(last);
      last = point.getDouble("second");
      assertThat(point.getLong("failed")).isZero();
      if (point.getLong("frames") > 0 && point.getValue("p50Micros") != null) {
        assertThat(point.getDouble("p50Micros")).isLessThanOrEqualTo(point.getDouble("p99Micros"));
        assertThat(point.getDouble("p99Micros")).isLessThanOrEqualTo(point.getDouble("maxMicros"));
      }
    }
  }

  /** The frames of a connection that has ended are none; the others keep theirs. */
  @Test
  void shouldGoOnAtTheSameRateOnTheConnectionsThatAreLeft() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, onlyTheFirst(Fault.closeAfter(0)))) {
      CommandRun run =
          run(peer, "--rate", "1000", "--connections", "4", "--warmup", "0s", "--timeout", "1s");

      assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
      assertThat(ok(run.json())).isEqualTo(375);
      assertThat(run.json().getJsonObject("outcomes").getLong("closed")).isPositive();
    }
  }

  private static Fault onlyTheFirst(Fault fault) {
    boolean[] done = {false};
    return connection -> {
      boolean first;
      synchronized (done) {
        first = !done[0];
        done[0] = true;
      }
      (first ? fault : Fault.exactEcho()).serve(connection);
    };
  }

  private static JsonObject passes(String... options) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      CommandRun run = run(peer, options);
      assertThat(run.exitCode()).as(run.toString()).isZero();
      return run.json();
    }
  }

  private static CommandRun run(FaultyPeer peer, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", peer.target(), "--mode", "rate", "--output", "json");
    Collections.addAll(arguments, options);
    String[][] usual = {{"--duration", "500ms"}, {"--warmup", "100ms"}, {"--timeout", "20s"}};
    for (String[] option : usual) {
      if (!arguments.contains(option[0])) {
        Collections.addAll(arguments, option);
      }
    }
    return CommandRun.of(arguments.toArray(new String[0]));
  }

  private static long ok(JsonObject report) {
    return report.getJsonObject("outcomes").getLong("ok");
  }
}
