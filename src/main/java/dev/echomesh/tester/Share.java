package dev.echomesh.tester;

import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.FramePattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of a run that one event loop carries out. Event loop only. */
abstract sealed class Share permits LoopShare, ConnectShare {
  final TestRequest request;
  final FramePattern pattern;
  final Connector connector;
  final LoopResult result = new LoopResult();

  /** Of its connections or slots, 0 to one less than the run's connections. */
  final List<Integer> ids;

  private final ProbeLoop loop;
  private final Promise<LoopResult> done = Promise.promise();
  private @Nullable Ticker ticker;
  private @Nullable Pacer pacer;
  private boolean ended;

  Share(RunPlan plan, ProbeLoop loop, List<Integer> ids) {
    this.request = plan.request();
    this.pattern = plan.pattern();
    this.loop = loop;
    this.ids = ids;
    this.connector = plan.connector(loop, result, this::isAbandoned);
  }

  /** Counts so far, and the round trips since the last call. */
  record Interval(long ok, long notOk, LatencyRecorder rtt) {}

  final ProbeLoop loop() {
    return loop;
  }

  /** Gets ready, before the clock of the run starts. */
  abstract Future<Void> prepare();

  /**
   * Starts to send; completes when everything has ended.
   *
   * @param measureFromNanos what is sent earlier is warm-up
   */
  final Future<LoopResult> start(long startNanos, long measureFromNanos) {
    ticker = new Ticker(loop, request.timeout(), result, this::tick);
    begin(startNanos, measureFromNanos);
    completeIfDone();
    return done.future();
  }

  /** Sends no more, waits for what is outstanding. */
  final void stop() {
    abandon();
    if (pacer != null) {
      pacer.stop();
    } else {
      noMore();
    }
  }

  /** What happened since the last call. */
  abstract Interval interval();

  /** Sends the first frames, or has them {@link #pace paced}. */
  abstract void begin(long startNanos, long measureFromNanos);

  /** Ends what is overdue; called many times in a timeout. */
  abstract void tick(long nowNanos);

  /** Whether no further attempt to connect shall be made. */
  abstract boolean isAbandoned();

  /** The run was ended by its user. */
  abstract void abandon();

  /** Nothing more is to be sent, or will become due. */
  abstract void noMore();

  /** Whether nothing is outstanding, and nothing comes any more. */
  abstract boolean isDone();

  /**
   * Sends at the times of the request's schedule.
   *
   * @param afterWake called when all that was due at once has been handed to the target
   */
  final void pace(
      List<Integer> slots,
      long startNanos,
      long measureFromNanos,
      Pacer.Target target,
      Runnable afterWake) {
    pacer = new Pacer(loop.timer(), request, slots, result.lag, target, afterWake, this::noMore);
    pacer.start(startNanos, measureFromNanos);
  }

  /** To be called whenever it may have become {@link #isDone}. */
  final void completeIfDone() {
    if (ticker != null && !ended && isDone()) {
      ended = true;
      ticker.stop();
      if (pacer != null) {
        pacer.stop();
      }
      connector.close().onComplete(closed -> done.complete(result));
    }
  }
}
