package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;

/**
 * A run that was ended by a defect of ours, so that there is no report of it.
 *
 * @param kind {@code test} or {@code check}
 * @param request as it was made
 * @param failure why, one line
 */
public record RunFailure(String id, String kind, JsonObject request, String failure) {
  public static final String TEST = "test";
  public static final String CHECK = "check";

  public JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("kind", kind)
        .put("request", request)
        .put("failure", failure);
  }

  public static RunFailure fromJson(JsonObject json) {
    return new RunFailure(
        json.getString("id"),
        json.getString("kind"),
        json.getJsonObject("request"),
        json.getString("failure"));
  }
}
