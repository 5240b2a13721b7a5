package dev.echomesh.echo;

import dev.echomesh.spec.Faults;
import java.util.Random;

/**
 * When the answers of one connection may go out, in their order, with delay, jitter, bandwidth and
 * stalls. Times are nanoseconds of one clock. Not thread-safe.
 */
final class Lateness {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Faults faults;
  private final Random random;
  private final long begin;
  private long last;

  /**
   * The lateness of one connection.
   *
   * @param connection its number on the endpoint
   * @param now its beginning, from which stalls are counted
   */
  Lateness(Faults faults, long connection, long now) {
    this.faults = faults;
    this.random = new Random(~(faults.seed() * 1_000_003 + connection));
    this.begin = now;
    this.last = now;
  }

  /** When an answer of so many bytes to what came now may go out; never before an earlier one. */
  long next(long now, int bytes) {
    long at = Math.max(last, now + delay());
    if (faults.bandwidth() > 0) {
      at += Math.round(bytes * NANOS_PER_SECOND / faults.bandwidth());
    }
    at = afterStall(at);
    last = at;
    return at;
  }

  private long delay() {
    double mean = faults.delay().toNanos();
    double jitter = faults.jitter().toNanos();
    if (jitter == 0) {
      return (long) mean;
    }
    double drawn =
        switch (faults.distribution()) {
          case UNIFORM -> mean + jitter * (2 * random.nextDouble() - 1);
          case NORMAL -> mean + jitter * random.nextGaussian();
          case EXPONENTIAL -> mean - jitter * Math.log(1 - random.nextDouble());
        };
    return Math.max(0, Math.round(drawn));
  }

  /** The first stall comes after the first period. */
  private long afterStall(long at) {
    long every = faults.stallEvery().toNanos();
    if (every == 0 || at - begin < every) {
      return at;
    }
    long into = (at - begin) % every;
    return Math.max(at, at - into + faults.stallFor().toNanos());
  }
}
