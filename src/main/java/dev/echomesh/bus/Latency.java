package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A latency that was measured at least once, in microseconds.
 *
 * @param histogram HdrHistogram's compressed form in Base64; adding histograms is the only right
 *     way to merge latencies
 */
public record Latency(
    long count,
    double minMicros,
    double meanMicros,
    double p50Micros,
    double p90Micros,
    double p99Micros,
    double p999Micros,
    double maxMicros,
    String histogram) {

  /** Null, never zeros, for a histogram without a sample. */
  public static @Nullable Latency of(Histogram micros) {
    if (micros.getTotalCount() == 0) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(micros.getNeededByteBufferCapacity());
    int length = micros.encodeIntoCompressedByteBuffer(bytes);
    byte[] compressed = java.util.Arrays.copyOf(bytes.array(), length);
    return new Latency(
        micros.getTotalCount(),
        micros.getMinValue(),
        micros.getMean(),
        micros.getValueAtPercentile(50),
        micros.getValueAtPercentile(90),
        micros.getValueAtPercentile(99),
        micros.getValueAtPercentile(99.9),
        micros.getMaxValue(),
        Base64.getEncoder().encodeToString(compressed));
  }

  /** The histogram itself, in microseconds. */
  public Histogram toHistogram() {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("histogram: not HdrHistogram's compressed form", e);
    }
  }

  static @Nullable JsonObject toJson(@Nullable Latency latency) {
    if (latency == null) {
      return null;
    }
    return new JsonObject()
        .put("count", latency.count)
        .put("minMicros", latency.minMicros)
        .put("meanMicros", latency.meanMicros)
        .put("p50Micros", latency.p50Micros)
        .put("p90Micros", latency.p90Micros)
        .put("p99Micros", latency.p99Micros)
        .put("p999Micros", latency.p999Micros)
        .put("maxMicros", latency.maxMicros)
        .put("histogram", latency.histogram);
  }

  static @Nullable Latency fromJson(@Nullable JsonObject json) {
    if (json == null) {
      return null;
    }
    return new Latency(
        json.getLong("count"),
        json.getDouble("minMicros"),
        json.getDouble("meanMicros"),
        json.getDouble("p50Micros"),
        json.getDouble("p90Micros"),
        json.getDouble("p99Micros"),
        json.getDouble("p999Micros"),
        json.getDouble("maxMicros"),
        json.getString("histogram"));
  }
}
