package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.node.LocalTester;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PeerConnection;
import dev.echomesh.testing.Standstills;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
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
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long HOUR_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final double DELAY_MICROS = 20_000;

  @ParameterizedTest
  @ValueSource(strings = {"ping", "rate"})
  void shouldFindAPeersFixedDelayInEveryPercentile(String mode) {
    Fault delay =
        Fault.atEvery(
            (connection, frame) -> {
              waitUntil(System.nanoTime() + 20 * MILLISECOND);
              connection.write(frame);
            });
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, delay)) {
      List<String> options = new ArrayList<>(List.of("--count", "20", "--mode", mode));
      if (mode.equals("rate")) {
        Collections.addAll(options, "--rate", "25");
      }
      Latency rtt = rtt(passes(peer, options.toArray(new String[0])));

      assertThat(rtt.minMicros()).isGreaterThanOrEqualTo(DELAY_MICROS);
      assertThat(rtt.meanMicros()).isGreaterThanOrEqualTo(DELAY_MICROS);
    }
  }

  /**
   * Of 1,000 frames a second a fifth is due while the peer stands still for 200 ms, and waits for
   * what is left of that: up to p80 nothing, half of it at p90, 190 ms at p99, 199 ms at p99.9.
   * What the peer really did, on whatever machine, is in its own record; how late the tester was,
   * in its lag. A closed loop sends nothing meanwhile: it meets each standstill once.
   */
  @Test
  void shouldGiveThePercentilesThatArithmeticPredictsOfStandstillsThatAClosedLoopHides() {
    StandingStill still = new StandingStill();
    TestReport open;
    TestReport closed;
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, still)) {
      open = passes(peer, "--mode", "rate", "--rate", "1000", "--warmup", "0s", "--duration", "3s");
    }
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, new StandingStill())) {
      closed = passes(peer, "--mode", "ping", "--warmup", "0s", "--duration", "3s");
    }

    Histogram found = rtt(open).toHistogram();
    assertThat(found.getTotalCount()).isEqualTo(3000);
    List<Long> least = still.leastMicros(MILLISECOND);
    List<Long> most = still.mostMicros(MILLISECOND);
    double late = Objects.requireNonNull(open.lag()).maxMicros() + 20_000;
    for (double percentile : new double[] {50, 75, 79, 81, 85, 90, 95, 99, 99.9}) {
      // both of them of three digits, and of one rank more or less
      int rank = (int) (percentile / 100 * least.size());
      assertThat((double) found.getValueAtPercentile(percentile))
          .as("p%s, at most %s us late", percentile, late)
          .isGreaterThanOrEqualTo(least.get(rank - 2) * 0.999 - 1)
          .isLessThanOrEqualTo(most.get(Math.min(rank + 1, 2999)) * 1.001 + 1 + late);
    }
    assertThat(rtt(open).p90Micros()).isGreaterThan(99_000);
    assertThat(rtt(open).p99Micros()).isGreaterThan(189_000);
    assertThat(rtt(open).p999Micros()).isGreaterThan(198_000);
    assertThat(rtt(closed).maxMicros()).isGreaterThan(100_000);
    assertThat(rtt(closed).p90Micros()).isLessThan(rtt(open).p90Micros() / 4);
  }

  @Test
  void shouldNotTrustItselfWhenItWasStoppedForHalfOfEverySecond() {
    int stops = 3;
    AtomicInteger frames = new AtomicInteger();
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, counting(frames));
        JavaProcess tester =
            JavaProcess.ofMain(
                "dev.echomesh.Main",
                List.of(),
                "test %s --mode rate --rate 500 --warmup 0s --duration 10m --output json"
                    .formatted(peer.target())
                    .split(" ", -1))) {
      for (int stop = 0; stop < stops; stop++) {
        // more than were due while it stood still
        awaitMore(frames, 300);
        tester.signal("STOP");
        waitUntil(System.nanoTime() + SECOND / 2);
        tester.signal("CONT");
      }
      awaitMore(frames, 300);
      tester.signal("INT");

      assertThat(tester.awaitExit(Duration.ofSeconds(60))).as(tester.err()).isZero();
      TestReport report = TestReport.fromJson(new JsonObject(tester.out()));
      assertThat(report.outcomes().counts()).containsOnlyKeys(Outcome.OK);
      assertStoodStill(report, "stood still");
      // at least 50 frames were due in the first 100 ms of each 500 ms
      assertThat(samplesFrom(report.lag(), 400_000)).isGreaterThanOrEqualTo(45L * stops);
      assertThat(samplesFrom(report.rtt(), 400_000)).isGreaterThanOrEqualTo(45L * stops);
    }
  }

  @Test
  void shouldNotTrustItselfWhenItsEventLoopIsBusyWithSomethingElse() throws Exception {
    AtomicInteger frames = new AtomicInteger();
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, counting(frames));
        LocalTester tester = LocalTester.start()) {
      TestRequest request =
          TestRequest.to(peer.target())
              .mode(TestMode.RATE)
              .rate("500")
              .duration(Duration.ofMinutes(10))
              .set("warmup", "0s")
              .build();
      CompletableFuture<TestReport> run =
          tester.run(request, progress -> {}).toCompletionStage().toCompletableFuture();
      awaitMore(frames, 100);
      int loops = 2 * Runtime.getRuntime().availableProcessors();
      tester
          .vertx()
          .deployVerticle(Busy::new, new DeploymentOptions().setInstances(loops))
          .toCompletionStage()
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
      awaitMore(frames, 300);
      tester.cancel();

      TestReport report = run.get(60, TimeUnit.SECONDS);
      assertThat(report.outcomes().counts()).containsOnlyKeys(Outcome.OK);
      assertStoodStill(report, "stood still");
      assertThat(samplesFrom(report.lag(), 400_000)).isGreaterThanOrEqualTo(45);
    }
  }

  /** Keeps the event loop that it is deployed on. */
  private static final class Busy extends VerticleBase {
    @Override
    public Future<?> start() {
      waitUntil(System.nanoTime() + SECOND / 2);
      return Future.succeededFuture();
    }
  }

  /** What was late at its start was late at its end. */
  private static void assertStoodStill(TestReport report, String reason) {
    assertThat(report.trust().ok()).isFalse();
    assertThat(report.trust().reasons()).anyMatch(each -> each.contains(reason));
    Histogram lag = Objects.requireNonNull(report.lag()).toHistogram();
    Histogram rtt = rtt(report).toHistogram();
    assertThat(rtt.getTotalCount()).isEqualTo(lag.getTotalCount());
    for (double percentile : new double[] {50, 75, 90, 95, 99, 99.9, 100}) {
      assertThat(rtt.getValueAtPercentile(percentile))
          .as("p%s of %s", percentile, report)
          .isGreaterThanOrEqualTo(lag.getValueAtPercentile(percentile));
    }
  }

  /** 25 MB/s against a peer that does not read for 1 s: more than all buffers hold. */
  @Test
  void shouldCallWaitingForThePeersSocketBlockedNotLagAndTrustItself() {
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
    try (FaultyPeer peer = FaultyPeer.start(length, pausing);
        Standstills machine = Standstills.watch()) {
      TestReport report =
          passes(
              peer,
              ("--mode rate --rate 200 --frame-length 128KiB --warmup 0s --duration 2s"
                      + " --timeout 20s --send-buffer 64KiB")
                  .split(" ", -1));

      assertThat(report.outcomes().counts()).isEqualTo(Map.of(Outcome.OK, 400L));
      assertThat(rtt(report).maxMicros()).isGreaterThan(900_000);
      Latency blocked = Objects.requireNonNull(report.blocked());
      Latency lag = Objects.requireNonNull(report.lag());
      assertThat(blocked.maxMicros()).isGreaterThan(500_000).isGreaterThan(lag.maxMicros());
      assertThat(blocked.p90Micros()).isGreaterThan(4 * lag.p90Micros());
      // a machine that stands still makes the tester stand still, which is another matter
      if (machine.longest().toMillis() < 100) {
        assertThat(report.trust().ok()).as("%s", report.trust().reasons()).isTrue();
      }
    }
  }

  /**
   * Echoes, but in the first 200 ms of every second, from 300 ms after the first frame on, lets
   * everything wait until these are over; of one connection. Keeps a record.
   */
  private static final class StandingStill implements Fault {
    private static final long FIRST = 300 * MILLISECOND;
    private static final long STILL = 200 * MILLISECOND;

    private final List<Long> received = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> answering = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> answered = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void serve(PeerConnection connection) throws IOException {
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        long now = System.nanoTime();
        received.add(now);
        long phase = Math.floorMod(now - received.get(0) - FIRST, SECOND);
        waitUntil(now + (phase < STILL ? STILL - phase : 0));
        answering.add(System.nanoTime());
        connection.write(frame);
        answered.add(System.nanoTime());
      }
    }

    /** Round trips of frames that were due so often, sorted, if nothing else took any time. */
    List<Long> leastMicros(long everyNanos) {
      return sinceDue(answering, everyNanos);
    }

    /** The same with the time that this side took to send. */
    List<Long> mostMicros(long everyNanos) {
      return sinceDue(answered, everyNanos);
    }

    /** No frame came before it was due, so the first was due no later than this tells. */
    private List<Long> sinceDue(List<Long> times, long everyNanos) {
      long firstDue = Long.MAX_VALUE;
      for (int i = 0; i < received.size(); i++) {
        firstDue = Math.min(firstDue, received.get(i) - i * everyNanos);
      }
      List<Long> micros = new ArrayList<>();
      for (int i = 0; i < times.size(); i++) {
        micros.add((times.get(i) - firstDue - i * everyNanos) / 1000);
      }
      Collections.sort(micros);
      return micros;
    }
  }

  private static Fault counting(AtomicInteger frames) {
    return Fault.atEvery(
        (connection, frame) -> {
          frames.incrementAndGet();
          connection.write(frame);
        });
  }

  private static void awaitMore(AtomicInteger frames, int more) {
    int from = frames.get();
    Patience.until(more + " more frames", () -> frames.get() >= from + more);
  }

  private static long samplesFrom(@Nullable Latency latency, long micros) {
    return Objects.requireNonNull(latency).toHistogram().getCountBetweenValues(micros, HOUR_MICROS);
  }

  private static Latency rtt(TestReport report) {
    return Objects.requireNonNull(report.rtt());
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static TestReport passes(FaultyPeer peer, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", peer.target(), "--output", "json");
    Collections.addAll(arguments, options);
    CommandRun run = CommandRun.of(arguments.toArray(new String[0]));
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return TestReport.fromJson(run.json());
  }
}
