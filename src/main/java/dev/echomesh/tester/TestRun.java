package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.FramePattern;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One test from its request to its result, on as many event loops as it has connections for. */
final class TestRun {
  private final Vertx vertx;
  private final Context context;
  private final String id;
  private final TestRequest request;
  private final List<LoopShare> shares = new ArrayList<>();
  private final Consumer<TestProgress> progress;

  private boolean stopped;
  private boolean cancelled;
  private long startNanos;
  private long progressTimer = -1;
  private long stopTimer = -1;
  private long lastFrames;

  TestRun(Vertx vertx, String id, TestRequest request, Consumer<TestProgress> progress) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.id = id;
    this.request = request;
    this.progress = progress;
  }

  /**
   * What the run came to.
   *
   * @param measuredSeconds from the end of the warm-up to the last frame that came back; 0 if none
   *     did
   */
  record Finished(LoopResult result, double measuredSeconds, boolean cancelled) {}

  TestRequest request() {
    return request;
  }

  /** Runs the test against the addresses; never fails for what the target does. */
  Future<Finished> run(
      List<ProbeLoop> loops, List<InetAddress> addresses, @Nullable TlsContext tls, int runNumber) {
    FramePattern pattern = new FramePattern(request.seed(), runNumber, request.frameLength());
    int used = Math.min(loops.size(), request.connections());
    for (int i = 0; i < used; i++) {
      List<Integer> ids = new ArrayList<>();
      for (int connection = i; connection < request.connections(); connection += used) {
        ids.add(connection);
      }
      shares.add(new LoopShare(loops.get(i), request, pattern, addresses, tls, ids));
    }
    return all(LoopShare::connect)
        .compose(connected -> start())
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
    return new Finished(result, 0, cancelled);
  }

  /** Ends the run early by its user's wish; what is outstanding is waited for. */
  void cancel() {
    cancelled = true;
    stop();
  }

  private Future<List<LoopResult>> start() {
    startNanos = System.nanoTime();
    long measureFrom = startNanos + request.warmup().toNanos();
    if (!stopped) {
      long millis = request.warmup().plus(request.duration()).toMillis();
      stopTimer = vertx.setTimer(millis, timer -> stop());
      progressTimer = vertx.setPeriodic(1000, timer -> reportProgress());
    }
    Future<List<LoopResult>> results = all(share -> share.start(measureFrom));
    if (stopped) {
      stop();
    }
    return results;
  }

  private void stop() {
    stopped = true;
    shares.forEach(
        share ->
            share
                .loop()
                .call(
                    () -> {
                      share.stop();
                      return Future.succeededFuture();
                    }));
  }

  private Finished finished(List<LoopResult> results) {
    LoopResult sum = new LoopResult();
    results.forEach(sum::add);
    double seconds =
        sum.measuredFrames == 0
            ? 0
            : (sum.lastFrameNanos - startNanos - request.warmup().toNanos()) / 1e9;
    return new Finished(sum, seconds, cancelled);
  }

  private void reportProgress() {
    all(share -> Future.succeededFuture(new long[] {share.ok(), share.notOk()}))
        .onSuccess(
            counts -> {
              long ok = counts.stream().mapToLong(c -> c[0]).sum();
              long notOk = counts.stream().mapToLong(c -> c[1]).sum();
              double elapsed = (System.nanoTime() - startNanos) / 1e9;
              progress.accept(
                  new TestProgress(id, elapsed, ok + notOk, ok + notOk - lastFrames, notOk));
              lastFrames = ok + notOk;
            });
  }

  /** Does it on every share's own loop; the results come back to the run's. */
  private <T> Future<List<T>> all(java.util.function.Function<LoopShare, Future<T>> task) {
    Promise<List<T>> here = Promise.promise();
    List<Future<T>> futures =
        shares.stream().map(share -> share.loop().call(() -> task.apply(share))).toList();
    Future.all(futures)
        .map(done -> done.<T>list())
        .onComplete(result -> context.runOnContext(v -> here.handle(result)));
    return here.future();
  }
}
