package dev.echomesh.tester;

import dev.echomesh.bus.Arrivals;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.Rate;
import dev.echomesh.wire.LoopTimer;
import java.util.List;

/**
 * Makes the frames of an open loop due on the connections of one event loop. Every frame of the
 * schedule becomes due, however late the loop is. Event loop only.
 */
final class Pacer {
  /** A frame of one of the loop's connections has become due. */
  interface Target {
    void due(int slot, long intendedNanos, long wokenNanos);
  }

  private final LoopTimer timer;
  private final Schedule schedule;
  private final List<Integer> ids;
  private final int everyIds;
  private final long endNanos;
  private final long lastIndex;
  private final LatencyRecorder lag;
  private final Target target;
  private final Runnable afterWake;
  private final Runnable finished;

  private long startNanos;
  private long measureFromNanos;
  private long index;
  private boolean stopped;

  /**
   * The pacer of a loop.
   *
   * @param ids of the loop's connections or slots, ascending; those of the run are 0 to one less
   *     than their number
   * @param lag records how late the loop woke up for each frame
   * @param afterWake called when all that was due at once has been handed to the target
   * @param finished called once, when no frame will become due any more
   */
  Pacer(
      LoopTimer timer,
      TestRequest request,
      List<Integer> ids,
      LatencyRecorder lag,
      Target target,
      Runnable afterWake,
      Runnable finished) {
    this.timer = timer;
    this.ids = ids;
    this.lag = lag;
    this.target = target;
    this.afterWake = afterWake;
    this.finished = finished;
    this.endNanos = request.warmup().plus(request.duration()).toNanos();
    Rate rate = java.util.Objects.requireNonNull(request.rate());
    if (request.arrivals() == Arrivals.POISSON) {
      // independent streams at a part of the rate add up to one at the whole
      double part = (double) ids.size() / request.connections();
      Rate share = new Rate(rate.from() * part, rate.to() * part, rate.ramp());
      long seed = request.seed() * 31 + ids.get(0);
      this.schedule = Schedule.poisson(Schedule.constant(share), seed);
      this.everyIds = ids.size();
      this.lastIndex = lastIndex(request, ids);
    } else {
      this.schedule = Schedule.constant(rate);
      this.everyIds = request.connections();
      this.lastIndex = lastIndex(request, ids);
    }
  }

  /** Starts the schedule. */
  void start(long start, long measureFrom) {
    startNanos = start;
    measureFromNanos = measureFrom;
    wake();
  }

  /** No further frame becomes due. */
  void stop() {
    if (!stopped) {
      stopped = true;
      finished.run();
    }
  }

  private void wake() {
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    boolean any = false;
    while (index <= lastIndex) {
      long due = schedule.dueNanos(number());
      if (due >= endNanos) {
        index = Long.MAX_VALUE;
        break;
      }
      long intended = startNanos + due;
      if (intended - now > 0) {
        break;
      }
      if (intended - measureFromNanos >= 0) {
        lag.record(now - intended);
      }
      target.due((int) (index % ids.size()), intended, now);
      any = true;
      index++;
    }
    if (any) {
      afterWake.run();
    }
    if (index > lastIndex) {
      stop();
    } else {
      timer.at(startNanos + schedule.dueNanos(number()), this::wake);
    }
  }

  /** The frame's number in the whole run, whose frames go round all connections. */
  private long number() {
    if (everyIds == ids.size()) {
      return index;
    }
    return index / ids.size() * everyIds + ids.get((int) (index % ids.size()));
  }

  private static long lastIndex(TestRequest request, List<Integer> ids) {
    if (request.count() == 0) {
      return Long.MAX_VALUE - 1;
    }
    long rounds = request.count() / request.connections();
    long rest = request.count() % request.connections();
    long extra = ids.stream().filter(id -> id < rest).count();
    return rounds * ids.size() + extra - 1;
  }
}
