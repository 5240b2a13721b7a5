package dev.echomesh.tester;

import dev.echomesh.bus.AddressFamily;
import dev.echomesh.bus.CheckProgress;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.RunTerms;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Rate;
import dev.echomesh.tester.checks.CheckRun;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out test requests within what the configuration permits. Event loop only. */
final class Tester {
  private final Vertx vertx;
  private final Context context;
  private final List<ProbeLoop> loops;
  private final Reports reports;
  private final Preparation preparation;
  private final Prober prober;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Runnable> cancels = new HashMap<>();
  private TesterConfig config;

  Tester(Vertx vertx, TesterConfig config, List<ProbeLoop> loops, Reports reports) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config = config;
    this.loops = loops;
    this.reports = reports;
    this.preparation = new Preparation(vertx, () -> this.config.allow());
    this.prober = new Prober(vertx, loops, () -> this.config, preparation);
  }

  void config(TesterConfig changed) {
    config = changed;
  }

  Prober prober() {
    return prober;
  }

  /**
   * A run that has begun.
   *
   * @param report never fails for what the target does
   */
  record Started<R>(String id, Future<R> report) {}

  /**
   * Begins a test.
   *
   * @return fails with {@link RequestException} if it is not permitted
   */
  Future<Started<TestReport>> begin(
      TestRequest request, RunTerms terms, Consumer<TestProgress> progress) {
    long startNanos = System.nanoTime() + terms.startIn().toNanos();
    return preparation
        .find(request.target(), request.tls())
        .compose(
            place -> begin(request.at(place.socket()), place, terms.id(), startNanos, progress));
  }

  private Future<Started<TestReport>> begin(
      TestRequest request,
      Preparation.Place place,
      @Nullable String wanted,
      long startNanos,
      Consumer<TestProgress> progress) {
    String id = wanted == null ? id(random.nextInt()) : wanted;
    int number = Integer.parseUnsignedInt(id.substring(8), 16);
    Job job =
        new Job(
            vertx,
            id,
            number,
            request,
            startNanos,
            Math.min(TestRequest.HIGHEST_SEARCHED, config.maxRate()),
            progress,
            loops,
            reports);
    return begin(
        id,
        () -> check(request),
        job::cancel,
        () ->
            preparation.ready(
                request.target(), place, request.socket().family(), request.timeout()),
        ready -> bounded(request, job, job.run(ready.resolution(), ready.tls())));
  }

  /** A search has as many steps as it takes; with them all it ends at the longest duration. */
  private Future<TestReport> bounded(TestRequest request, Job job, Future<TestReport> report) {
    if (request.mode() != TestMode.FIND_MAX) {
      return report;
    }
    long end = vertx.setTimer(config.maxDuration().toMillis(), id -> job.cancel());
    return report.onComplete(done -> vertx.cancelTimer(end));
  }

  /**
   * Begins checks.
   *
   * @return fails with {@link RequestException} if they are not permitted
   */
  Future<Started<CheckReport>> begin(CheckRequest request, Consumer<CheckProgress> progress) {
    return preparation
        .find(request.target(), request.tls())
        .compose(place -> begin(request.at(place.socket()), place, progress));
  }

  private Future<Started<CheckReport>> begin(
      CheckRequest request, Preparation.Place place, Consumer<CheckProgress> progress) {
    String id = id(random.nextInt());
    ProbeLoop loop = loops.get(0);
    CheckRun run = new CheckRun(vertx, id, request, progress);
    Instant startedAt = Instant.now();
    long startNanos = System.nanoTime();
    return begin(
        id,
        () -> check(request),
        () -> {
          var unused =
              loop.call(
                  () -> {
                    run.cancel();
                    return Future.succeededFuture();
                  });
        },
        () -> preparation.ready(request.target(), place, AddressFamily.ANY, request.timeout()),
        ready -> {
          String problem = ready.resolution().problem();
          Future<List<CheckResult>> results =
              problem != null
                  ? Future.succeededFuture(CheckRun.unresolved(request, problem))
                  : loop.callFrom(
                      context,
                      () ->
                          run.run(
                              ready.resolution().addresses(),
                              ready.tls(),
                              config.maxConnections()));
          return results.map(
              all ->
                  reports.report(
                      id, startedAt, (System.nanoTime() - startNanos) / 1e9, request, all));
        });
  }

  /** The ids of the runs that have begun and not ended. */
  Set<String> underWay() {
    return Set.copyOf(cancels.keySet());
  }

  /** Ends a run early; its report follows. */
  void cancel(String id) {
    Runnable cancel = cancels.get(id);
    if (cancel == null) {
      throw new RequestException(Failure.NOT_FOUND, "id: " + id + " (expected a run under way)");
    }
    cancel.run();
  }

  private String id(int number) {
    return "%08x%08x".formatted(random.nextInt(), number);
  }

  private <R> Future<Started<R>> begin(
      String id,
      Runnable limits,
      Runnable cancel,
      Supplier<Future<Preparation.Ready>> prepare,
      Function<Preparation.Ready, Future<R>> run) {
    try {
      if (cancels.size() >= config.maxRuns()) {
        throw new RequestException(
            Failure.BUSY,
            cancels.size() + " runs are under way (expected less than tester.maxRuns)");
      }
      limits.run();
      if (cancels.containsKey(id)) {
        throw RequestException.invalid("id", id, "one of no run under way");
      }
    } catch (RequestException e) {
      return Future.failedFuture(e);
    }
    cancels.put(id, cancel);
    return prepare
        .get()
        .map(ready -> new Started<>(id, run.apply(ready).onComplete(done -> cancels.remove(id))))
        .onFailure(cause -> cancels.remove(id));
  }

  private void check(CheckRequest request) {
    Duration longest = request.deadline().multipliedBy(request.checks().size());
    if (longest.compareTo(config.maxDuration()) > 0) {
      throw RequestException.invalid(
          "deadline",
          Durations.print(longest),
          "for all checks together at most " + Durations.print(config.maxDuration()));
    }
  }

  private void check(TestRequest request) {
    if (request.connections() > config.maxConnections()) {
      throw RequestException.invalid(
          "connections", request.connections(), "at most " + config.maxConnections());
    }
    Rate rate = request.rate();
    if (rate != null && Math.max(rate.from(), rate.to()) > config.maxRate()) {
      throw RequestException.invalid("rate", rate, "at most " + config.maxRate());
    }
    long inFlight = (long) request.connections() * request.window() * request.frameLength();
    if (inFlight > config.maxInFlight()) {
      throw RequestException.invalid(
          "connections",
          request.connections(),
          "with window %d and frameLength %d at most %d bytes in flight"
              .formatted(request.window(), request.frameLength(), config.maxInFlight()));
    }
    Duration sending = request.warmup().plus(request.duration());
    if (sending.compareTo(config.maxDuration()) > 0) {
      throw RequestException.invalid(
          "duration",
          Durations.print(sending),
          "with the warm-up at most " + Durations.print(config.maxDuration()));
    }
  }
}
