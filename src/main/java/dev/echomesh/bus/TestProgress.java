package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;

/**
 * How far a run is.
 *
 * @param elapsedSeconds since the first frame could be sent
 * @param framesPerSecond over the last second
 * @param failed frames and connections that did not end well so far
 */
public record TestProgress(
    String id, double elapsedSeconds, long frames, double framesPerSecond, long failed) {
  /** The {@code type} that tells progress from a report on the same address. */
  public static final String TYPE = "progress";

  public JsonObject toJson() {
    return new JsonObject()
        .put("type", TYPE)
        .put("id", id)
        .put("elapsedSeconds", elapsedSeconds)
        .put("frames", frames)
        .put("framesPerSecond", framesPerSecond)
        .put("failed", failed);
  }

  public static TestProgress fromJson(JsonObject json) {
    return new TestProgress(
        json.getString("id"),
        json.getDouble("elapsedSeconds"),
        json.getLong("frames"),
        json.getDouble("framesPerSecond"),
        json.getLong("failed"));
  }
}
