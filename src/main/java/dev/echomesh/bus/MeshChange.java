package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * A path came into another state.
 *
 * @param at by the clock of {@code from}
 * @param was the state before
 */
public record MeshChange(Instant at, String from, String to, PathState was, PathState state) {
  public JsonObject toJson() {
    return new JsonObject()
        .put("at", at.toString())
        .put("from", from)
        .put("to", to)
        .put("was", was.key())
        .put("state", state.key());
  }

  public static MeshChange fromJson(JsonObject json) {
    return new MeshChange(
        Instant.parse(json.getString("at")),
        json.getString("from"),
        json.getString("to"),
        PathState.ofKey(json.getString("was")),
        PathState.ofKey(json.getString("state")));
  }
}
