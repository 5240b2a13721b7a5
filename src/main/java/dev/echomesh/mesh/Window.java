package dev.echomesh.mesh;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.MeshPathDetail;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeSample;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * What was seen in so much time up to now, in slots of which the oldest is forgotten as a new one
 * begins: between five and six sixths of the time are in sight. Memory is bounded by the number of
 * slots and the two significant digits of their histograms; a slot without a sample takes none.
 *
 * <p>Times are nanoseconds of any one monotonic clock. Not safe for threads.
 */
final class Window {
  static final int SLOTS = 6;
  private static final int DIGITS = 2;

  private final Duration length;
  private final @Nullable Slot[] slots = new @Nullable Slot[SLOTS];

  Window(Duration length) {
    this.length = length;
  }

  void add(Look look, ProbeSample sample, long now) {
    long number = number(now);
    int index = (int) Math.floorMod(number, (long) SLOTS);
    Slot slot = slots[index];
    if (slot == null || slot.number != number) {
      slot = new Slot(number);
      slots[index] = slot;
    }
    slot.add(look, sample);
  }

  Outcomes outcomes(long now) {
    Outcomes sum = Outcomes.none();
    for (Slot slot : slots) {
      if (inSight(slot, now)) {
        sum = sum.plus(slot.outcomes);
      }
    }
    return sum;
  }

  /** Connections that were made, of probes that do no more than that. */
  long bareConnections(long now) {
    long sum = 0;
    for (Slot slot : slots) {
      if (inSight(slot, now)) {
        sum += slot.bareConnections;
      }
    }
    return sum;
  }

  /** Segments that TCP repeated; null if the kernel could never be asked. */
  @Nullable Long retransmits(long now) {
    Long sum = null;
    for (Slot slot : slots) {
      if (inSight(slot, now) && slot.retransmits != null) {
        sum = slot.retransmits + (sum == null ? 0 : sum);
      }
    }
    return sum;
  }

  /** Times to connect, in microseconds; empty if there was none. */
  Histogram connects(long now) {
    return merged(slot -> slot.connects, now);
  }

  /** Round trips of such frames, in microseconds; empty if there was none. */
  Histogram roundTrips(Look look, long now) {
    return merged(slot -> look == Look.LONG ? slot.longTrips : slot.shortTrips, now);
  }

  MeshPathDetail.Window detail(long now) {
    return new MeshPathDetail.Window(
        length,
        outcomes(now),
        Latency.of(connects(now)),
        Latency.of(roundTrips(Look.SHORT, now)),
        Latency.of(roundTrips(Look.LONG, now)));
  }

  /** The heap that its histograms take, in bytes. */
  long footprint() {
    long bytes = 0;
    for (Slot slot : slots) {
      if (slot != null) {
        for (Histogram each :
            new @Nullable Histogram[] {slot.connects, slot.shortTrips, slot.longTrips}) {
          bytes += each == null ? 0 : each.getEstimatedFootprintInBytes();
        }
      }
    }
    return bytes;
  }

  private interface Part {
    @Nullable Histogram of(Slot slot);
  }

  private Histogram merged(Part part, long now) {
    Histogram sum = new Histogram(DIGITS);
    for (Slot slot : slots) {
      if (inSight(slot, now)) {
        Histogram each = part.of(slot);
        if (each != null) {
          sum.add(each);
        }
      }
    }
    return sum;
  }

  @org.jspecify.annotations.NullUnmarked
  private boolean inSight(Slot slot, long now) {
    return slot != null && number(now) - slot.number < SLOTS;
  }

  private long number(long now) {
    return Math.floorDiv(now, length.toNanos() / SLOTS);
  }

  private static final class Slot {
    private final long number;
    private Outcomes outcomes = Outcomes.none();
    private long bareConnections;
    private @Nullable Long retransmits;
    private @Nullable Histogram connects;
    private @Nullable Histogram shortTrips;
    private @Nullable Histogram longTrips;

    Slot(long number) {
      this.number = number;
    }

    void add(Look look, ProbeSample sample) {
      outcomes = outcomes.plus(sample.outcomes());
      if (sample.tcp() != null) {
        retransmits = sample.tcp().retransmits() + (retransmits == null ? 0 : retransmits);
      }
      Long connect = sample.connectMicros();
      if (connect != null) {
        connects = recorded(connects, connect);
        Outcomes told = sample.outcomes();
        if (told.frames() == 0 && told.failedConnections() == 0) {
          bareConnections++;
        }
      }
      for (long micros : sample.rttMicros()) {
        if (look == Look.LONG) {
          longTrips = recorded(longTrips, micros);
        } else {
          shortTrips = recorded(shortTrips, micros);
        }
      }
    }

    private static Histogram recorded(@Nullable Histogram histogram, long micros) {
      Histogram result = histogram == null ? new PackedHistogram(DIGITS) : histogram;
      result.recordValue(Math.max(1, micros));
      return result;
    }
  }
}
