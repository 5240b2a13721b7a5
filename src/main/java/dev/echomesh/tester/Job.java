package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A test request under way: one run, or the runs of a search. Event loop only. */
final class Job {
  /** A step in which the tester itself was too slow says nothing of the path, and is repeated. */
  private static final int MAX_TRIES = 3;

  private final Vertx vertx;
  private final String id;
  private final int number;
  private final TestRequest request;
  private final long startNanos;
  private final double highestRate;
  private final Consumer<TestProgress> progress;
  private final List<ProbeLoop> loops;
  private final Reports reports;
  private final Instant startedAt = Instant.now();

  private TestRun current;
  private boolean cancelled;

  /**
   * A job that has not begun.
   *
   * @param number in the frames of its runs
   * @param startNanos when the first frame is sent, of {@link System#nanoTime()}
   * @param highestRate that a search may try
   */
  Job(
      Vertx vertx,
      String id,
      int number,
      TestRequest request,
      long startNanos,
      double highestRate,
      Consumer<TestProgress> progress,
      List<ProbeLoop> loops,
      Reports reports) {
    this.vertx = vertx;
    this.id = id;
    this.number = number;
    this.request = request;
    this.startNanos = startNanos;
    this.highestRate = highestRate;
    this.progress = progress;
    this.loops = loops;
    this.reports = reports;
    this.current = new TestRun(vertx, id, request, startNanos, progress);
  }

  String id() {
    return id;
  }

  /** Ends it early by its user's wish. */
  void cancel() {
    cancelled = true;
    current.cancel();
  }

  Future<TestReport> run(Resolution resolution, @Nullable TlsContext tls) {
    String problem = resolution.problem();
    if (problem != null) {
      TestRun.Finished nothing = current.unusable(Outcome.UNRESOLVED, problem);
      return Future.succeededFuture(
          reports.report(
              id,
              startedAt,
              request,
              resolution.latency(),
              nothing,
              noPeer("no connection was made")));
    }
    return request.mode() == TestMode.FIND_MAX
        ? search(resolution, tls)
        : run(request, resolution, tls);
  }

  private Future<TestReport> run(
      TestRequest toRun, Resolution resolution, @Nullable TlsContext tls) {
    return current
        .run(loops, resolution, tls, number)
        .compose(
            finished ->
                askPeer(toRun, finished)
                    .map(
                        peer ->
                            reports.report(
                                id, startedAt, toRun, resolution.latency(), finished, peer)));
  }

  private Future<TestReport> search(Resolution resolution, @Nullable TlsContext tls) {
    double first = java.util.Objects.requireNonNull(request.rate()).from();
    return step(new RateSearch(first, highestRate), 1, new ArrayList<>(), null, resolution, tls);
  }

  /** Tries one rate after the other; the report is that of the best one, or else of the last. */
  private Future<TestReport> step(
      RateSearch search,
      int tries,
      List<Search.Step> steps,
      @Nullable TestReport best,
      Resolution resolution,
      @Nullable TlsContext tls) {
    OptionalDouble rate = search.next();
    if (rate.isEmpty() || cancelled) {
      return Future.succeededFuture(found(search, steps, best));
    }
    TestRequest toRun = request.atRate(rate.getAsDouble());
    current = new TestRun(vertx, id, toRun, startNanos, news -> progress.accept(news.ofStep()));
    return run(toRun, resolution, tls)
        .compose(
            report -> {
              Search.Step step = Steps.of(rate.getAsDouble(), report, cancelled);
              steps.add(step);
              boolean better = step.passed() || best == null || !best.passed();
              TestReport bestNow = better ? report : best;
              if (cancelled) {
                return Future.succeededFuture(found(search, steps, bestNow));
              }
              if (!report.trust().ok() && tries < MAX_TRIES) {
                return step(search, tries + 1, steps, bestNow, resolution, tls);
              }
              search.tried(step.passed());
              return step(search, 1, steps, bestNow, resolution, tls);
            });
  }

  private TestReport found(RateSearch search, List<Search.Step> steps, @Nullable TestReport best) {
    OptionalDouble max = search.best();
    Search found =
        new Search(
            max.isPresent() ? max.getAsDouble() : null, RateSearch.RESOLUTION_PERCENT, steps);
    TestReport report =
        best == null
            ? reports.report(
                id,
                startedAt,
                request,
                null,
                current.unusable(Outcome.CANCELLED, "ended before the first step"),
                noPeer("no connection was made"))
            : best;
    List<String> notes = new ArrayList<>();
    if (search.next().isPresent()) {
      notes.add("the search was ended before it came to its resolution");
    } else if (max.isPresent() && max.getAsDouble() >= highestRate) {
      notes.add("the highest rate that may be tried passed; the path may carry more");
    }
    return report.found(request, found, notes);
  }

  private Future<PeerCounters.Answer> askPeer(TestRequest toRun, TestRun.Finished finished) {
    if (toRun.mode() == TestMode.CONNECT) {
      return Future.succeededFuture(noPeer("not asked about connections of one frame each"));
    }
    List<String> clients =
        finished.result().addresses().stream().map(TestReport.AddressPair::local).toList();
    return new PeerCounters(vertx).ask(toRun.target(), clients);
  }

  private static PeerCounters.Answer noPeer(String why) {
    return new PeerCounters.Answer(null, "peer: " + why);
  }
}
