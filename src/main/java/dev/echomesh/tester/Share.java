package dev.echomesh.tester;

import io.vertx.core.Future;

/** The part of a run that one event loop carries out. Event loop only. */
interface Share {
  ProbeLoop loop();

  /** Gets ready, before the clock of the run starts. */
  Future<Void> prepare();

  /**
   * Starts to send; completes when everything has ended.
   *
   * @param measureFromNanos what is sent earlier is warm-up
   */
  Future<LoopResult> start(long startNanos, long measureFromNanos);

  /** Sends no more, waits for what is outstanding. */
  void stop();

  /** What happened since the last call. */
  Interval interval();

  /** Counts so far, and the round trips since the last call. */
  record Interval(long ok, long notOk, LatencyRecorder rtt) {}
}
