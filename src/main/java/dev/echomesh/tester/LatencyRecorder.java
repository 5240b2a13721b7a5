package dev.echomesh.tester;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Latencies that one event loop measured: microseconds, 1 µs to 1 h, three significant digits. */
final class LatencyRecorder {
  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Histogram micros = new Histogram(MAX_MICROS, 3);

  void record(long nanos) {
    long rounded = (nanos + 500) / 1000;
    micros.recordValue(Math.max(1, Math.min(rounded, MAX_MICROS)));
  }

  /** Adds what another one measured; exact, bucket for bucket. */
  void add(LatencyRecorder other) {
    micros.add(other.micros);
  }

  Histogram micros() {
    return micros;
  }
}
