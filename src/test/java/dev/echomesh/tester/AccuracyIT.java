package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.Patience;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Measurements of peers whose behaviour is known. Relations that also hold on a busy machine: a
 * delay that was made is in the figures, wherever else they come from.
 */
class AccuracyIT {
  private static final int LENGTH = 64;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long STALL = TimeUnit.MILLISECONDS.toNanos(200);
  private static final double DELAY_MICROS = 20_000;

  @ParameterizedTest
  @ValueSource(strings = {"ping", "rate"})
  void shouldFindAPeersFixedDelayInEveryPercentile(String mode) {
    Fault delay =
        Fault.atEvery(
            (connection, frame) -> {
              waitUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20));
              connection.write(frame);
            });
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, delay)) {
      List<String> options = new ArrayList<>(List.of("--count", "20", "--mode", mode));
      if (mode.equals("rate")) {
        Collections.addAll(options, "--rate", "25");
      }
      JsonObject rtt = passes(peer, options.toArray(new String[0])).getJsonObject("rtt");

      for (String figure : List.of("min", "mean", "p50", "p90", "p99", "p999", "max")) {
        assertThat(rtt.getDouble(figure + "Micros"))
            .as(figure)
            .isGreaterThanOrEqualTo(DELAY_MICROS);
      }
    }
  }

  /**
   * A peer that stands still in the first 200 ms of every second holds up a fifth of the frames of
   * an open loop, by 200 ms to nothing, so a tenth of all by 100 ms or more. A closed loop sends
   * nothing meanwhile: it meets each standstill once.
   */
  @Test
  void shouldSeeInAnOpenLoopTheStandstillsThatAClosedLoopHides() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, stallsEverySecond())) {
      JsonObject open =
          passes(peer, "--mode", "rate", "--rate", "500", "--warmup", "0s", "--duration", "3s")
              .getJsonObject("rtt");
      JsonObject closed =
          passes(peer, "--mode", "ping", "--warmup", "0s", "--duration", "3s").getJsonObject("rtt");

      assertThat(open.getLong("count")).isEqualTo(1500);
      assertThat(open.getDouble("p90Micros")).isGreaterThan(80_000);
      assertThat(open.getDouble("p99Micros")).isGreaterThan(150_000);
      assertThat(closed.getDouble("maxMicros")).isGreaterThan(100_000);
      assertThat(closed.getDouble("p90Micros")).isLessThan(open.getDouble("p90Micros") / 4);
    }
  }

  @Test
  void shouldNotTrustItselfAfterItWasStopped() {
    AtomicInteger frames = new AtomicInteger();
    Fault counting =
        Fault.atEvery(
            (connection, frame) -> {
              frames.incrementAndGet();
              connection.write(frame);
            });
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, counting);
        JavaProcess tester =
            JavaProcess.ofMain(
                "dev.echomesh.Main",
                List.of(),
                "test",
                peer.target(),
                "--mode",
                "rate",
                "--rate",
                "500",
                "--warmup",
                "0s",
                "--duration",
                "4s",
                "--output",
                "json")) {
      Patience.until("some frames", () -> frames.get() > 100);
      tester.signal("STOP");
      waitUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500));
      tester.signal("CONT");

      assertThat(tester.awaitExit(Duration.ofSeconds(60))).as(tester.err()).isZero();
      JsonObject report = new JsonObject(tester.out());
      assertThat(report.getJsonObject("outcomes")).isEqualTo(new JsonObject().put("ok", 2000));
      assertThat(report.getJsonObject("trust").getBoolean("ok")).as(tester.out()).isFalse();
      assertThat(report.getJsonObject("trust").getJsonArray("reasons").toString())
          .contains("stood still");
      assertThat(report.getJsonObject("lag").getDouble("maxMicros")).isGreaterThan(400_000);
      assertThat(report.getJsonObject("rtt").getDouble("maxMicros")).isGreaterThan(400_000);
    }
  }

  /** 25 MB/s against a peer that does not read for 1 s: more than all buffers hold. */
  @Test
  void shouldCallWaitingForThePeersSocketBlockedNotLag() {
    int length = 128 * 1024;
    AtomicInteger frames = new AtomicInteger();
    Fault pausing =
        Fault.atEvery(
            (connection, frame) -> {
              if (frames.incrementAndGet() == 20) {
                waitUntil(System.nanoTime() + SECOND);
              }
              connection.write(frame);
            });
    try (FaultyPeer peer = FaultyPeer.start(length, pausing)) {
      JsonObject report =
          passes(
              peer,
              "--mode",
              "rate",
              "--rate",
              "200",
              "--frame-length",
              "128KiB",
              "--warmup",
              "0s",
              "--duration",
              "2s",
              "--timeout",
              "20s",
              "--send-buffer",
              "64KiB");

      double blocked = report.getJsonObject("blocked").getDouble("maxMicros");
      assertThat(blocked).isGreaterThan(report.getJsonObject("lag").getDouble("maxMicros"));
      assertThat(report.getJsonObject("rtt").getDouble("maxMicros")).isGreaterThan(900_000);
      assertThat(report.getJsonObject("outcomes")).isEqualTo(new JsonObject().put("ok", 400));
    }
  }

  private static Fault stallsEverySecond() {
    return connection -> {
      long startedAt = System.nanoTime();
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        long phase = (System.nanoTime() - startedAt) % SECOND;
        waitUntil(System.nanoTime() + Math.max(0, STALL - phase));
        connection.write(frame);
      }
    };
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static JsonObject passes(FaultyPeer peer, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", peer.target(), "--output", "json");
    Collections.addAll(arguments, options);
    CommandRun run = CommandRun.of(arguments.toArray(new String[0]));
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return run.json();
  }
}
