package dev.echomesh.mesh;

import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Times of one slot of a {@link Window}, in microseconds, 1 at the least. The first few are kept as
 * they are: a slot of the last minute has no more, and to add up a packed histogram takes longer
 * than everything else that is done with a probe. Not safe for threads.
 */
final class SlotTimes {
  /** Times that are kept as they are. */
  static final int FEW = 64;

  private static final long[] NONE = {};

  private final int digits;
  private long[] few = NONE;
  private int count;
  private @Nullable Histogram many;

  /**
   * No times.
   *
   * @param digits that are significant
   */
  SlotTimes(int digits) {
    this.digits = digits;
  }

  void record(long micros) {
    long recorded = Math.max(1, micros);
    if (many != null) {
      many.recordValue(recorded);
    } else if (count == FEW) {
      Histogram packed = new PackedHistogram(digits);
      addTo(packed);
      packed.recordValue(recorded);
      many = packed;
      few = NONE;
      count = 0;
    } else {
      if (count == few.length) {
        few = Arrays.copyOf(few, Math.max(4, 2 * count));
      }
      few[count++] = recorded;
    }
  }

  /** Adds them to others; bucket for bucket as if they had been recorded there. */
  void addTo(Histogram sum) {
    if (many != null) {
      sum.add(many);
    }
    for (int i = 0; i < count; i++) {
      sum.recordValue(few[i]);
    }
  }

  /** The heap that they take, in bytes. */
  long footprint() {
    return (many == null ? 0 : many.getEstimatedFootprintInBytes())
        + (long) few.length * Long.BYTES;
  }
}
