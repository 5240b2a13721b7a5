package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestClient;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.PeerConnection;
import dev.echomesh.testing.RefusingPort;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for the highest rate, against peers whose highest rate is known. */
class FindMaxIT {
  private static final int LENGTH = 64;

  /**
   * A busy machine can make the tester distrust a step, or the peer slower than it should be, and
   * the search go lower; never higher.
   */
  @ParameterizedTest
  @ValueSource(ints = {150, 1200})
  void shouldFindAboutThePeersLimit(int limit) {
    Limited peer = new Limited(limit);
    Search search = find(peer);

    assertThat(Objects.requireNonNull(search.maxRate())).isLessThan(limit * 1.3);
    for (Search.Step step : search.steps()) {
      if (step.rate() > limit * 1.3) {
        assertThat(step.reasons()).as(step.toString()).isNotEmpty();
        assertThat(step.achieved()).isLessThan(limit * 1.3);
      } else if (step.rate() < limit * 0.8 && !step.passed() && !peer.wasStarved()) {
        assertThat(step.reasons()).as(step.toString()).anyMatch(r -> r.contains("the tester"));
      }
    }
  }

  private static Search find(Limited limited) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, limited)) {
      CommandRun run = run(peer.target(), "--rate", "100");
      assertThat(run.exitCode()).as(run.toString()).isZero();
      TestReport report = TestReport.fromJson(run.json());
      Search search = Objects.requireNonNull(report.search());
      assertThat(search.resolutionPercent()).isEqualTo(5);
      assertThat(search.steps()).hasSizeGreaterThan(1);
      assertThat(search.steps().get(0).rate()).isEqualTo(100);
      assertThat(search.steps())
          .anySatisfy(step -> assertThat(step.passed()).isTrue())
          .anySatisfy(step -> assertThat(step.reasons()).isNotEmpty());
      double max = Objects.requireNonNull(search.maxRate());
      assertThat(max)
          .isEqualTo(
              search.steps().stream()
                  .filter(Search.Step::passed)
                  .mapToDouble(Search.Step::rate)
                  .max()
                  .orElseThrow());
      // the report is that of the best step
      assertThat(Objects.requireNonNull(report.throughput()).framesPerSecond())
          .isGreaterThan(max * 0.9);
      return search;
    }
  }

  @Test
  void shouldFailWhenNoRateKeepsTheThresholds() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho())) {
      CommandRun run = run(peer.target(), "--rate", "20", "--fail-if", "p99 > 0us");

      assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
      assertThat(run.json().getJsonArray("reasons").toString())
          .contains("no rate passed", "p99 > 0us: ");
      JsonObject search = run.json().getJsonObject("search");
      assertThat(search.getValue("maxRate")).isNull();
      // a step in which the tester itself was late is made again
      assertThat(
              search.getJsonArray("steps").stream()
                  .map(step -> ((JsonObject) step).getDouble("rate"))
                  .distinct())
          .containsExactly(20.0, 10.0, 5.0, 2.5, 1.25);
      assertThat(search.getJsonArray("steps").getJsonObject(0).getJsonArray("reasons").toString())
          .contains("p99 > 0us: it is ");
    }
  }

  @Test
  void shouldFailWhenNobodyListens() {
    try (RefusingPort port = RefusingPort.reserve()) {
      CommandRun run = run("127.0.0.1:" + port.port(), "--rate", "4");

      assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
      assertThat(run.json().getJsonObject("outcomes"))
          .isEqualTo(new JsonObject().put("ok", 0).put("refused", 1));
      assertThat(run.json().getJsonArray("reasons").toString()).contains("no rate passed");
    }
  }

  @Test
  void shouldNotSearchForLongerThanPermitted() {
    String yaml =
        """
        echo: {endpoints: [{name: echo, host: 127.0.0.1, port: 0}]}
        tester: {maxDuration: 1s}
        """;
    try (LocalNode node = LocalNode.start(yaml)) {
      JsonObject request =
          new JsonObject()
              .put("target", "127.0.0.1:" + node.port("echo"))
              .put("mode", "find-max")
              .put("rate", 100)
              .put("warmup", "0s")
              .put("duration", "900ms");
      TestReport report =
          LocalNode.await(
              new TestClient(node.node().vertx())
                  .run(TestRequest.fromJson(request), id -> {}, news -> {}));

      // the second step was under way, and counts for nothing
      List<Search.Step> steps = Objects.requireNonNull(report.search()).steps();
      assertThat(steps).hasSizeBetween(1, 2);
      assertThat(steps.get(steps.size() - 1).reasons())
          .contains("it was ended early, and proves nothing");
      assertThat(report.notes()).contains("the search was ended before it came to its resolution");
    }
  }

  @Test
  void shouldNotSearchBeyondWhatIsPermitted() {
    String yaml =
        """
        echo: {endpoints: [{name: echo, host: 127.0.0.1, port: 0}]}
        tester: {maxRate: 300}
        web: {enabled: false}
        """;
    try (LocalNode node = LocalNode.start(yaml)) {
      JsonObject request =
          new JsonObject()
              .put("target", "127.0.0.1:" + node.port("echo"))
              .put("mode", "find-max")
              .put("rate", 100)
              .put("warmup", "50ms")
              .put("duration", "200ms");
      TestReport report =
          LocalNode.await(
              new TestClient(node.node().vertx())
                  .run(TestRequest.fromJson(request), id -> {}, progress -> {}));

      assertThat(Objects.requireNonNull(report.search()).steps())
          .isNotEmpty()
          .allSatisfy(step -> assertThat(step.rate()).isLessThanOrEqualTo(300));
      Double max = Objects.requireNonNull(report.search()).maxRate();
      assertThat(
              report
                  .notes()
                  .contains("the highest rate that may be tried passed; the path may carry more"))
          .isEqualTo(max != null && max == 300);
    }
  }

  @Test
  void shouldRefuseToBeginBelowOnePerSecond() {
    CommandRun run = run("127.0.0.1:7", "--rate", "0.5");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--rate: 0.5 (expected 1 to 10M");
  }

  private static CommandRun run(String target, String... options) {
    List<String> arguments = new ArrayList<>();
    Collections.addAll(arguments, "test", target, "--mode", "find-max", "--output", "json");
    Collections.addAll(arguments, "--warmup", "100ms", "--duration", "400ms");
    Collections.addAll(arguments, options);
    return CommandRun.of(arguments.toArray(new String[0]));
  }

  /** Echoes frames no faster than so many a second, however many wait. */
  private static final class Limited implements Fault {
    /** More than a timer is late by on a machine that has a processor for it. */
    private static final long STARVED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final long gap;
    private final AtomicBoolean starved = new AtomicBoolean();

    Limited(int perSecond) {
      gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Whether it has ever been slower than it should be for want of a processor. */
    boolean wasStarved() {
      return starved.get();
    }

    @Override
    public void serve(PeerConnection connection) throws IOException {
      long next = System.nanoTime();
      for (byte[] frame = connection.readFrame();
          frame.length > 0;
          frame = connection.readFrame()) {
        next = Math.max(System.nanoTime(), next) + gap;
        for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        connection.write(frame);
        if (System.nanoTime() - next > STARVED_NANOS) {
          starved.set(true);
        }
      }
    }
  }
}
