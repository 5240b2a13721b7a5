package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One second of a run.
 *
 * @param second the interval's end, seconds since the first frame could be sent
 * @param frames that came back intact in it, warm-up included
 * @param failed frames and connections that ended otherwise in it
 * @param bytesPerSecond of the intact frames
 * @param p50Micros of the round trips of the frames that came back in it; null if there was none
 */
public record SeriesPoint(
    double second,
    long frames,
    long failed,
    double bytesPerSecond,
    @Nullable Double p50Micros,
    @Nullable Double p99Micros,
    @Nullable Double maxMicros) {
  JsonObject toJson() {
    return new JsonObject()
        .put("second", second)
        .put("frames", frames)
        .put("failed", failed)
        .put("bytesPerSecond", bytesPerSecond)
        .put("p50Micros", p50Micros)
        .put("p99Micros", p99Micros)
        .put("maxMicros", maxMicros);
  }

  static SeriesPoint fromJson(JsonObject json) {
    return new SeriesPoint(
        json.getDouble("second"),
        json.getLong("frames"),
        json.getLong("failed"),
        json.getDouble("bytesPerSecond"),
        json.getDouble("p50Micros"),
        json.getDouble("p99Micros"),
        json.getDouble("maxMicros"));
  }
}
