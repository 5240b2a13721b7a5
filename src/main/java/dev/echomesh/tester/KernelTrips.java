package dev.echomesh.tester;

import org.jspecify.annotations.Nullable;

/**
 * The kernel's smoothed round trips of several connections: the shortest, which is that of a path
 * without queues, and their mean (RFC 6349 §4.3). Not thread-safe.
 */
final class KernelTrips {
  private long shortestMicros = Long.MAX_VALUE;
  private long sumMicros;
  private long samples;

  /** A round trip before the transfer, such as that of the handshake. */
  void baseline(long micros) {
    if (micros > 0) {
      shortestMicros = Math.min(shortestMicros, micros);
    }
  }

  /** A round trip during the transfer. */
  void sample(long micros) {
    if (micros > 0) {
      baseline(micros);
      sumMicros += micros;
      samples++;
    }
  }

  void add(KernelTrips other) {
    shortestMicros = Math.min(shortestMicros, other.shortestMicros);
    sumMicros += other.sumMicros;
    samples += other.samples;
  }

  void clear() {
    shortestMicros = Long.MAX_VALUE;
    sumMicros = 0;
    samples = 0;
  }

  /** Null if there was no look during the transfer. */
  @Nullable Double shortestMicros() {
    return samples == 0 ? null : (double) shortestMicros;
  }

  @Nullable Double meanMicros() {
    return samples == 0 ? null : (double) sumMicros / samples;
  }
}
