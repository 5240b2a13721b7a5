package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has changed in a node's own view of its paths, its row of the matrix.
 *
 * @param owner the node whose row it is
 * @param epoch tells the lives of a node apart: a later one is greater
 * @param base the version that it is a difference to; 0 for all there is
 * @param version the one that it leads to
 * @param slowed whether the owner is short of CPU
 * @param targets everything that the owner probes, if that has changed since {@code base};
 *     otherwise null
 * @param paths those that have changed
 * @param changes of states, the oldest first
 */
public record MeshRow(
    String owner,
    long epoch,
    long base,
    long version,
    boolean slowed,
    @Nullable List<String> targets,
    List<MeshPath> paths,
    List<MeshChange> changes) {
  public MeshRow {
    targets = targets == null ? null : List.copyOf(targets);
    paths = List.copyOf(paths);
    changes = List.copyOf(changes);
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("owner", owner)
            .put("epoch", epoch)
            .put("base", base)
            .put("version", version);
    if (slowed) {
      json.put("slowed", true);
    }
    if (targets != null) {
      json.put("targets", new JsonArray(targets));
    }
    if (!paths.isEmpty()) {
      json.put("paths", new JsonArray(paths.stream().map(MeshPath::toJson).toList()));
    }
    if (!changes.isEmpty()) {
      json.put("changes", new JsonArray(changes.stream().map(MeshChange::toJson).toList()));
    }
    return json;
  }

  static MeshRow fromJson(JsonObject json) {
    JsonArray targets = json.getJsonArray("targets");
    return new MeshRow(
        Objects.requireNonNull(json.getString("owner"), "owner"),
        json.getLong("epoch"),
        json.getLong("base"),
        json.getLong("version"),
        json.getBoolean("slowed", false),
        targets == null ? null : targets.stream().map(String.class::cast).toList(),
        json.getJsonArray("paths", new JsonArray()).stream()
            .map(path -> MeshPath.fromJson((JsonObject) path))
            .toList(),
        json.getJsonArray("changes", new JsonArray()).stream()
            .map(change -> MeshChange.fromJson((JsonObject) change))
            .toList());
  }
}
