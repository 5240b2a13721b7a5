package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What one node of the mesh tells another.
 *
 * @param from who tells
 * @param rows what it knows and has not heard from, or told to, the other one; of any owner
 */
public record MeshGossip(String from, List<MeshRow> rows) {
  public MeshGossip {
    rows = List.copyOf(rows);
  }

  /**
   * That it has been heard.
   *
   * @param epoch of the life of whoever heard it; what an earlier life knew is lost
   * @param missing owners of rows that did not connect to what is known, and are needed as a whole
   * @param later owners of rows of whom a later life is known, with its epoch: an owner among them
   *     whose clock was set back has to live later than that to be heard
   */
  public record Heard(long epoch, List<String> missing, Map<String, Long> later) {
    public Heard {
      missing = List.copyOf(missing);
      later = Map.copyOf(later);
    }

    public JsonObject toJson() {
      return new JsonObject()
          .put("epoch", epoch)
          .put("missing", new JsonArray(missing))
          .put("later", new JsonObject(new TreeMap<>(later)));
    }

    public static Heard fromJson(JsonObject json) {
      JsonObject told = json.getJsonObject("later", new JsonObject());
      Map<String, Long> later = new TreeMap<>();
      told.fieldNames().forEach(owner -> later.put(owner, told.getLong(owner)));
      return new Heard(
          json.getLong("epoch"),
          json.getJsonArray("missing").stream().map(String.class::cast).toList(),
          later);
    }
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("from", from)
        .put("rows", new JsonArray(rows.stream().map(MeshRow::toJson).toList()));
  }

  public static MeshGossip fromJson(JsonObject json) {
    return new MeshGossip(
        Objects.requireNonNull(json.getString("from"), "from"),
        json.getJsonArray("rows").stream().map(row -> MeshRow.fromJson((JsonObject) row)).toList());
  }
}
