package dev.echomesh.tester;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.spec.Durations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out test requests within what the configuration permits. Event loop only. */
final class Tester {
  private final Vertx vertx;
  private final List<ProbeLoop> loops;
  private final Reports reports;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, TestRun> runs = new HashMap<>();
  private TesterConfig config;

  Tester(Vertx vertx, TesterConfig config, List<ProbeLoop> loops, Reports reports) {
    this.vertx = vertx;
    this.config = config;
    this.loops = loops;
    this.reports = reports;
  }

  void config(TesterConfig changed) {
    config = changed;
  }

  /** A run that has begun; {@code report} never fails for what the target does. */
  record Started(String id, Future<TestReport> report) {}

  /**
   * Begins a run.
   *
   * @return fails with {@link RequestException} if it is not permitted
   */
  Future<Started> begin(TestRequest request, Consumer<TestProgress> progress) {
    TlsSetup tls;
    try {
      check(request);
      tls = TlsSetup.of(request);
    } catch (RequestException e) {
      return Future.failedFuture(e);
    }
    int number = random.nextInt();
    String id = "%08x%08x".formatted(random.nextInt(), number);
    TestRun run = new TestRun(vertx, id, request, progress);
    runs.put(id, run);
    Instant startedAt = Instant.now();
    return Resolution.of(vertx, request.target().host())
        .map(resolution -> permitted(resolution, request))
        .onFailure(cause -> runs.remove(id))
        .map(resolution -> new Started(id, carryOut(id, run, startedAt, resolution, tls, number)));
  }

  /** Ends a run early; its report follows. */
  void cancel(String id) {
    TestRun run = runs.get(id);
    if (run == null) {
      throw new RequestException(Failure.NOT_FOUND, "id: " + id + " (expected a run under way)");
    }
    run.cancel();
  }

  private Future<TestReport> carryOut(
      String id,
      TestRun run,
      Instant startedAt,
      Resolution resolution,
      @Nullable TlsSetup tls,
      int number) {
    String problem = resolution.problem();
    Future<TestRun.Finished> finished =
        problem != null
            ? Future.succeededFuture(run.unusable(Outcome.UNRESOLVED, problem))
            : run.run(loops, resolution.addresses(), tls, number);
    return finished
        .compose(
            result ->
                new PeerCounters(vertx)
                    .ask(run.request().target().port(), clients(result.result()))
                    .map(
                        peer ->
                            reports.report(
                                id, startedAt, run.request(), resolution.latency(), result, peer)))
        .onComplete(done -> runs.remove(id));
  }

  private static List<String> clients(LoopResult result) {
    return result.addresses.stream().map(TestReport.AddressPair::local).toList();
  }

  private void check(TestRequest request) {
    if (runs.size() >= config.maxRuns()) {
      throw new RequestException(
          Failure.BUSY, runs.size() + " runs are under way (expected less than tester.maxRuns)");
    }
    if (request.connections() > config.maxConnections()) {
      throw RequestException.invalid(
          "connections", request.connections(), "at most " + config.maxConnections());
    }
    if (request.duration().compareTo(config.maxDuration()) > 0) {
      throw RequestException.invalid(
          "duration",
          Durations.print(request.duration()),
          "at most " + Durations.print(config.maxDuration()));
    }
  }

  /**
   * Leaves the addresses that may be tested. What is tested is what was checked: nothing is
   * resolved again.
   */
  private Resolution permitted(Resolution resolution, TestRequest request) {
    List<InetAddress> permitted =
        resolution.addresses().stream().filter(config.allow()::permits).toList();
    if (permitted.isEmpty() && resolution.problem() == null) {
      throw new RequestException(
          Failure.NOT_ALLOWED,
          "target: %s is %s (expected an address in tester.allow: %s)"
              .formatted(
                  request.target(),
                  resolution.addresses().get(0).getHostAddress(),
                  config.allow()));
    }
    return resolution.only(permitted);
  }
}
