package dev.echomesh.tester;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Latencies that one event loop measured: microseconds, 1 µs to 1 h, three significant digits. The
 * first few are kept as they are, because a histogram takes 190 kB and many a recorder has nothing
 * to record.
 */
final class LatencyRecorder {
  /** Latencies that are kept as they are. */
  static final int FEW = 128;

  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final long[] NONE = {};

  private long[] few = NONE;
  private int count;
  private @Nullable Histogram many;

  void record(long nanos) {
    long rounded = (nanos + 500) / 1000;
    recordMicros(Math.max(1, Math.min(rounded, MAX_MICROS)));
  }

  /** Adds what another one measured; exact, bucket for bucket. */
  void add(LatencyRecorder other) {
    if (other.many != null) {
      micros().add(other.many);
    }
    for (int i = 0; i < other.count; i++) {
      recordMicros(other.few[i]);
    }
  }

  Histogram micros() {
    Histogram histogram = many;
    if (histogram == null) {
      histogram = new Histogram(MAX_MICROS, 3);
      for (int i = 0; i < count; i++) {
        histogram.recordValue(few[i]);
      }
      many = histogram;
      count = 0;
      few = NONE;
    }
    return histogram;
  }

  /** Microseconds one by one, in order; only before {@link #micros} and up to {@link #FEW}. */
  List<Long> few() {
    return Arrays.stream(few, 0, count).boxed().toList();
  }

  /** Forgets everything. */
  void clear() {
    many = null;
    count = 0;
  }

  private void recordMicros(long micros) {
    if (many != null) {
      many.recordValue(micros);
    } else if (count == FEW) {
      micros().recordValue(micros);
    } else {
      if (count == few.length) {
        few = Arrays.copyOf(few, Math.max(4, 2 * count));
      }
      few[count++] = micros;
    }
  }
}
