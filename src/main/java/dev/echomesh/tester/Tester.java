package dev.echomesh.tester;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Rate;
import dev.echomesh.wire.PemFileException;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out test requests within what the configuration permits. Event loop only. */
final class Tester {
  private final Vertx vertx;
  private final List<ProbeLoop> loops;
  private final Reports reports;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Job> jobs = new HashMap<>();
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
    try {
      check(request);
    } catch (RequestException e) {
      return Future.failedFuture(e);
    }
    int number = random.nextInt();
    String id = "%08x%08x".formatted(random.nextInt(), number);
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
    jobs.put(id, job);
    return Future.all(
            loadTls(request.tls()),
            Resolution.of(vertx, request.target().host(), request.timeout()))
        .map(
            ready -> {
              Optional<TlsContext> tls = ready.resultAt(0);
              Resolution resolution = permitted(ready.resultAt(1), request);
              return new Started(
                  id, job.run(resolution, tls.orElse(null)).onComplete(done -> jobs.remove(id)));
            })
        .onFailure(cause -> jobs.remove(id));
  }

  /** Ends a run early; its report follows. */
  void cancel(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      throw new RequestException(Failure.NOT_FOUND, "id: " + id + " (expected a run under way)");
    }
    job.cancel();
  }

  private void check(TestRequest request) {
    if (jobs.size() >= config.maxRuns()) {
      throw new RequestException(
          Failure.BUSY, jobs.size() + " runs are under way (expected less than tester.maxRuns)");
    }
    if (request.connections() > config.maxConnections()) {
      throw RequestException.invalid(
          "connections", request.connections(), "at most " + config.maxConnections());
    }
    Rate rate = request.rate();
    if (rate != null && Math.max(rate.from(), rate.to()) > config.maxRate()) {
      throw RequestException.invalid("rate", rate, "at most " + config.maxRate());
    }
    Duration sending = request.warmup().plus(request.duration());
    if (sending.compareTo(config.maxDuration()) > 0) {
      throw RequestException.invalid(
          "duration",
          Durations.print(sending),
          "with the warm-up at most " + Durations.print(config.maxDuration()));
    }
  }

  /**
   * Leaves the addresses that may be tested. What is tested is what was checked: nothing is
   * resolved again.
   */
  private Resolution permitted(Resolution resolution, TestRequest request) {
    List<InetAddress> ofFamily =
        resolution.addresses().stream().filter(request.socket().family()::includes).toList();
    if (ofFamily.isEmpty() && resolution.problem() == null) {
      return resolution.none(request.socket().family());
    }
    List<InetAddress> permitted = ofFamily.stream().filter(config.allow()::permits).toList();
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
