package dev.echomesh.tester;

import dev.echomesh.spec.Rate;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * When frames are due, whatever became of the earlier ones: an open loop. The time of a frame is a
 * function of its number, never a sum of pauses, so it does not drift. Not thread-safe.
 */
interface Schedule {
  /**
   * When the frame is due, in nanoseconds since the start of the run.
   *
   * @param index 0 or more, each at least as large as the one asked for before
   */
  long dueNanos(long index);

  /** Evenly spaced at a rate, or at a rate that changes evenly and is then held. */
  static Schedule constant(Rate rate) {
    Duration ramp = rate.ramp();
    if (ramp == null || rate.from() == rate.to()) {
      double nanosPerFrame = 1e9 / rate.from();
      return index -> Math.round(index * nanosPerFrame);
    }
    return new Ramp(rate.from(), rate.to(), ramp.toNanos() / 1e9);
  }

  /**
   * Independent arrivals (a Poisson process) whose expected number follows the given schedule:
   * unit-rate arrivals, put on its time scale.
   */
  static Schedule poisson(Schedule expected, long seed) {
    return new Poisson(expected, new SplittableRandom(seed));
  }

  /** The number of frames due until t is {@code from t + slope t² / 2}; this solves it for t. */
  record Ramp(double from, double to, double seconds) implements Schedule {
    @Override
    public long dueNanos(long index) {
      double inRamp = (from + to) / 2 * seconds;
      if (index >= inRamp) {
        return Math.round((seconds + (index - inRamp) / to) * 1e9);
      }
      double slope = (to - from) / seconds;
      double t = (Math.sqrt(from * from + 2 * slope * index) - from) / slope;
      return Math.round(t * 1e9);
    }
  }

  /** Keeps the last arrival, because the arrivals of a Poisson process depend on those before. */
  final class Poisson implements Schedule {
    /**
     * Arrivals fall between the whole numbers of frames; the schedule is asked at a finer scale.
     */
    private static final int SCALE = 1 << 10;

    private final Schedule expected;
    private final SplittableRandom random;
    private long lastIndex = -1;
    private double arrivals;

    private Poisson(Schedule expected, SplittableRandom random) {
      this.expected = expected;
      this.random = random;
    }

    @Override
    public long dueNanos(long index) {
      for (; lastIndex < index; lastIndex++) {
        arrivals += -Math.log(1 - random.nextDouble());
      }
      long whole = (long) arrivals;
      long fraction = (long) ((arrivals - whole) * SCALE);
      long from = expected.dueNanos(whole);
      long to = expected.dueNanos(whole + 1);
      return from + (to - from) * fraction / SCALE;
    }
  }
}
