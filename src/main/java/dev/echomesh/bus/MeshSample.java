package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;

/**
 * What one probe of a path told the node that made it.
 *
 * @param to a node, or {@code probe:NAME} for a plain target
 * @param zone of that node; empty if it has none, and for a plain target
 * @param lagMicros how late this node was with it
 */
public record MeshSample(String to, String zone, long lagMicros, ProbeSample sample) {
  public JsonObject toJson() {
    return new JsonObject()
        .put("to", to)
        .put("zone", zone)
        .put("lagMicros", lagMicros)
        .put("sample", sample.toJson());
  }

  public static MeshSample fromJson(JsonObject json) {
    return new MeshSample(
        json.getString("to"),
        json.getString("zone"),
        json.getLong("lagMicros"),
        ProbeSample.fromJson(json.getJsonObject("sample")));
  }
}
