package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.SeriesPoint;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.FramePattern;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run from its request to its result, on as many event loops as it has connections for. */
final class TestRun {
  private final Vertx vertx;
  private final Context context;
  private final String id;
  private final TestRequest request;
  private final long wantedNanos;
  private final List<Share> shares = new ArrayList<>();
  private final List<SeriesPoint> series = new ArrayList<>();
  private final Consumer<TestProgress> progress;
  private final Promise<Void> isTime = Promise.promise();

  private boolean stopped;
  private boolean cancelled;
  private long startNanos;
  private long progressTimer = -1;
  private long stopTimer = -1;
  private long waiting = -1;
  private long lastOk;
  private long lastNotOk;
  private double lastSeconds;

  /**
   * A run that has not begun.
   *
   * @param wantedNanos when the first frame is sent, of {@link System#nanoTime()}; at once if that
   *     is past
   */
  TestRun(
      Vertx vertx,
      String id,
      TestRequest request,
      long wantedNanos,
      Consumer<TestProgress> progress) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.id = id;
    this.request = request;
    this.wantedNanos = wantedNanos;
    this.progress = progress;
  }

  /**
   * What a run came to.
   *
   * @param seconds from the start of sending to the end of the last frame
   * @param measuredSeconds from the end of the warm-up to the last frame that came back; 0 if none
   *     did
   */
  record Finished(
      LoopResult result,
      double seconds,
      double measuredSeconds,
      List<SeriesPoint> series,
      boolean cancelled) {}

  TestRequest request() {
    return request;
  }

  /** Runs the test against the addresses found; never fails for what the target does. */
  Future<Finished> run(
      List<ProbeLoop> loops, Resolution resolution, @Nullable TlsContext tls, int number) {
    FramePattern pattern =
        new FramePattern(request.seed(), number, request.frameLength(), request.timestamps());
    RunPlan plan = new RunPlan(request, pattern, resolution, tls);
    int used = Math.min(loops.size(), request.connections());
    for (int i = 0; i < used; i++) {
      List<Integer> ids = new ArrayList<>();
      for (int connection = i; connection < request.connections(); connection += used) {
        ids.add(connection);
      }
      shares.add(plan.share(loops.get(i), ids));
    }
    return all(Share::prepare)
        .compose(prepared -> isTime())
        .compose(started -> start())
        .map(this::finished)
        .onComplete(
            done -> {
              vertx.cancelTimer(progressTimer);
              vertx.cancelTimer(stopTimer);
            });
  }

  /** The result of a run that ended before any connection could be tried. */
  Finished unusable(Outcome outcome, String problem) {
    LoopResult result = new LoopResult();
    result.failed = request.connections();
    result.outcomes = new Outcomes(Map.of(outcome, (long) request.connections()));
    result.problem(problem);
    return new Finished(result, 0, 0, List.of(), cancelled);
  }

  /** Ends the run early by its user's wish; what is outstanding is waited for. */
  void cancel() {
    cancelled = true;
    stop();
  }

  private Future<Void> isTime() {
    long millis = TimeUnit.NANOSECONDS.toMillis(wantedNanos - System.nanoTime());
    if (stopped || millis < 1) {
      return Future.succeededFuture();
    }
    waiting = vertx.setTimer(millis, timer -> isTime.complete());
    return isTime.future();
  }

  private Future<List<LoopResult>> start() {
    startNanos = System.nanoTime();
    long measureFrom = startNanos + request.warmup().toNanos();
    if (!stopped) {
      if (request.rate() == null) {
        long millis = Math.max(1, request.warmup().plus(request.duration()).toMillis());
        stopTimer = vertx.setTimer(millis, timer -> stop());
      } // an open loop ends with its last frame, which may become due while the loop is late
      progressTimer = vertx.setPeriodic(1000, timer -> reportProgress());
    }
    Future<List<LoopResult>> results = all(share -> share.start(startNanos, measureFrom));
    if (stopped) {
      stop();
    }
    return results.compose(ended -> takeInterval().map(ended));
  }

  private void stop() {
    stopped = true;
    if (vertx.cancelTimer(waiting)) {
      isTime.complete();
    }
    all(
        share -> {
          share.stop();
          return Future.succeededFuture();
        });
  }

  private Finished finished(List<LoopResult> results) {
    LoopResult sum = new LoopResult();
    results.forEach(sum::add);
    double measured =
        sum.measuredFrames == 0
            ? 0
            : (sum.lastFrameNanos - startNanos - request.warmup().toNanos()) / 1e9;
    return new Finished(sum, secondsSoFar(), measured, List.copyOf(series), cancelled);
  }

  private void reportProgress() {
    takeInterval()
        .onSuccess(
            point ->
                progress.accept(
                    new TestProgress(
                        id,
                        point.second(),
                        lastOk + lastNotOk,
                        point.bytesPerSecond() / request.frameLength(),
                        lastNotOk,
                        remainingSeconds(point),
                        point.p50Micros(),
                        point.p99Micros())));
  }

  /** Until the last frame is sent, by the clock or, if that is sooner, at the present rate. */
  private double remainingSeconds(SeriesPoint point) {
    double byClock = request.warmup().plus(request.duration()).toMillis() / 1e3 - point.second();
    double perSecond = point.bytesPerSecond() / request.frameLength();
    double byCount =
        request.count() == 0 || perSecond <= 0
            ? Double.POSITIVE_INFINITY
            : (request.count() - lastOk - lastNotOk) / perSecond;
    return Math.max(0, Math.min(byClock, byCount));
  }

  /** Adds what happened since the last call to the series. */
  private Future<SeriesPoint> takeInterval() {
    return all(share -> Future.succeededFuture(share.interval()))
        .map(
            intervals -> {
              LatencyRecorder rtt = new LatencyRecorder();
              intervals.forEach(interval -> rtt.add(interval.rtt()));
              long ok = intervals.stream().mapToLong(Share.Interval::ok).sum();
              long notOk = intervals.stream().mapToLong(Share.Interval::notOk).sum();
              double seconds = secondsSoFar();
              double elapsed = Math.max(1e-3, seconds - lastSeconds);
              boolean any = rtt.micros().getTotalCount() > 0;
              SeriesPoint point =
                  new SeriesPoint(
                      seconds,
                      ok - lastOk,
                      notOk - lastNotOk,
                      (ok - lastOk) * (double) request.frameLength() / elapsed,
                      any ? (double) rtt.micros().getValueAtPercentile(50) : null,
                      any ? (double) rtt.micros().getValueAtPercentile(99) : null,
                      any ? (double) rtt.micros().getMaxValue() : null);
              lastOk = ok;
              lastNotOk = notOk;
              lastSeconds = seconds;
              series.add(point);
              return point;
            });
  }

  private double secondsSoFar() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** Does it on every share's own loop; the results come back to the run's. */
  private <T> Future<List<T>> all(Function<Share, Future<T>> task) {
    Promise<List<T>> here = Promise.promise();
    List<Future<T>> futures =
        shares.stream().map(share -> share.loop().call(() -> task.apply(share))).toList();
    Future.all(futures)
        .map(done -> done.<T>list())
        .onComplete(result -> context.runOnContext(v -> here.handle(result)));
    return here.future();
  }
}
