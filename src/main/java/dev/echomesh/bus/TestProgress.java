package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is.
 *
 * @param elapsedSeconds since the first frame could be sent
 * @param framesPerSecond over the last second
 * @param failed frames and connections that did not end well so far
 * @param remainingSeconds until the last frame is sent, as far as can be told; null if it cannot
 * @param p50Micros of the round trips of the last second; null if there was none
 */
public record TestProgress(
    String id,
    double elapsedSeconds,
    long frames,
    double framesPerSecond,
    long failed,
    @Nullable Double remainingSeconds,
    @Nullable Double p50Micros,
    @Nullable Double p99Micros) {
  /** The {@code type} that tells progress from a report on the same address. */
  public static final String TYPE = "progress";

  /** The same of a step of a search, whose end nobody knows. */
  public TestProgress ofStep() {
    return new TestProgress(
        id, elapsedSeconds, frames, framesPerSecond, failed, null, p50Micros, p99Micros);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("type", TYPE)
        .put("id", id)
        .put("elapsedSeconds", elapsedSeconds)
        .put("frames", frames)
        .put("framesPerSecond", framesPerSecond)
        .put("failed", failed)
        .put("remainingSeconds", remainingSeconds)
        .put("p50Micros", p50Micros)
        .put("p99Micros", p99Micros);
  }

  public static TestProgress fromJson(JsonObject json) {
    return new TestProgress(
        json.getString("id"),
        json.getDouble("elapsedSeconds"),
        json.getLong("frames"),
        json.getDouble("framesPerSecond"),
        json.getLong("failed"),
        json.getDouble("remainingSeconds"),
        json.getDouble("p50Micros"),
        json.getDouble("p99Micros"));
  }
}
