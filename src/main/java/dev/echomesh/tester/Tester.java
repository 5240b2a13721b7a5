package dev.echomesh.tester;

import dev.echomesh.bus.AddressFamily;
import dev.echomesh.bus.CheckProgress;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Rate;
import dev.echomesh.spec.Target;
import dev.echomesh.tester.checks.CheckRun;
import dev.echomesh.wire.PemFileException;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out test requests within what the configuration permits. Event loop only. */
final class Tester {
  private final Vertx vertx;
  private final List<ProbeLoop> loops;
  private final Reports reports;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Runnable> cancels = new HashMap<>();
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

  /**
   * A run that has begun.
   *
   * @param report never fails for what the target does
   */
  record Started<R>(String id, Future<R> report) {}

  /** What a run needs before it can begin. */
  private record Ready(Resolution resolution, @Nullable TlsContext tls) {}

  /**
   * Begins a test.
   *
   * @return fails with {@link RequestException} if it is not permitted
   */
  Future<Started<TestReport>> begin(TestRequest request, Consumer<TestProgress> progress) {
    int number = random.nextInt();
    String id = id(number);
    Job job =
        new Job(
            vertx,
            id,
            number,
            request,
            Math.min(TestRequest.HIGHEST_SEARCHED, config.maxRate()),
            progress,
            loops,
            reports);
    return begin(
        id,
        () -> check(request),
        job::cancel,
        () -> ready(request.target(), request.socket().family(), request.timeout(), request.tls()),
        ready -> bounded(request, job, job.run(ready.resolution, ready.tls)));
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
        () -> ready(request.target(), AddressFamily.ANY, request.timeout(), request.tls()),
        ready -> {
          String problem = ready.resolution.problem();
          Future<List<CheckResult>> results =
              problem != null
                  ? Future.succeededFuture(CheckRun.unresolved(request, problem))
                  : here(
                      loop.call(
                          () ->
                              run.run(
                                  ready.resolution.addresses(),
                                  ready.tls,
                                  config.maxConnections())));
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

  /** The same on the tester's own event loop. */
  private <T> Future<T> here(Future<T> elsewhere) {
    Context context = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(result -> context.runOnContext(v -> promise.handle(result)));
    return promise.future();
  }

  private String id(int number) {
    return "%08x%08x".formatted(random.nextInt(), number);
  }

  private <R> Future<Started<R>> begin(
      String id,
      Runnable limits,
      Runnable cancel,
      Supplier<Future<Ready>> prepare,
      Function<Ready, Future<R>> run) {
    try {
      if (cancels.size() >= config.maxRuns()) {
        throw new RequestException(
            Failure.BUSY,
            cancels.size() + " runs are under way (expected less than tester.maxRuns)");
      }
      limits.run();
    } catch (RequestException e) {
      return Future.failedFuture(e);
    }
    cancels.put(id, cancel);
    return prepare
        .get()
        .map(ready -> new Started<>(id, run.apply(ready).onComplete(done -> cancels.remove(id))))
        .onFailure(cause -> cancels.remove(id));
  }

  private Future<Ready> ready(
      Target target, AddressFamily family, Duration timeout, @Nullable ClientTls tls) {
    return Future.all(loadTls(tls), resolve(target, family, timeout))
        .map(
            both -> {
              Optional<TlsContext> context = both.resultAt(0);
              return new Ready(both.resultAt(1), context.orElse(null));
            });
  }

  /** Each time anew, what is found is checked anew. */
  private Future<Resolution> resolve(Target target, AddressFamily family, Duration timeout) {
    return Resolution.of(vertx, target.host(), timeout)
        .map(
            found -> permitted(found, target, family).with(() -> resolve(target, family, timeout)));
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

  /** Leaves the addresses that may be tested. What is tested is always what was checked. */
  private Resolution permitted(Resolution resolution, Target target, AddressFamily family) {
    List<InetAddress> ofFamily = resolution.addresses().stream().filter(family::includes).toList();
    if (ofFamily.isEmpty() && resolution.problem() == null) {
      return resolution.none(family);
    }
    List<InetAddress> permitted = ofFamily.stream().filter(config.allow()::permits).toList();
    if (permitted.isEmpty() && resolution.problem() == null) {
      throw new RequestException(
          Failure.NOT_ALLOWED,
          "target: %s is %s (expected an address in tester.allow: %s)"
              .formatted(target, resolution.addresses().get(0).getHostAddress(), config.allow()));
    }
    return resolution.only(permitted);
  }

  private Future<Optional<TlsContext>> loadTls(@Nullable ClientTls tls) {
    if (tls == null) {
      return Future.succeededFuture(Optional.empty());
    }
    return vertx.executeBlocking(
        () -> {
          try {
            return Optional.of(
                TlsContext.client(
                    vertx,
                    path("tls.caFile", tls.caFile()),
                    path("tls.certFile", tls.certFile()),
                    path("tls.keyFile", tls.keyFile()),
                    tls.verifyHost()));
          } catch (PemFileException e) {
            throw RequestException.invalid(e.key(), e.complaint());
          }
        });
  }

  private static @Nullable Path path(String field, @Nullable String file) {
    try {
      return file == null ? null : Path.of(file);
    } catch (InvalidPathException e) {
      throw RequestException.invalid(field, file, "the name of a file");
    }
  }
}
