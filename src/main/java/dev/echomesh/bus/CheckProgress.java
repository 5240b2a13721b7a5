package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;

/**
 * A check has begun.
 *
 * @param number of the check, from 1
 * @param of how many
 */
public record CheckProgress(String id, CheckName check, int number, int of) {
  public JsonObject toJson() {
    return new JsonObject()
        .put("type", TestProgress.TYPE)
        .put("id", id)
        .put("check", check.name())
        .put("number", number)
        .put("of", of);
  }

  public static CheckProgress fromJson(JsonObject json) {
    return new CheckProgress(
        json.getString("id"),
        CheckName.valueOf(json.getString("check")),
        json.getInteger("number"),
        json.getInteger("of"));
  }
}
