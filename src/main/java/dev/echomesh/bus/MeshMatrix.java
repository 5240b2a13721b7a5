package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * Who reaches whom, as one node of the mesh knows it. A pair of nodes that {@code paths} does not
 * have is {@link PathState#UNSAMPLED}.
 *
 * @param node whose view it is
 * @param cluster the cluster's name
 * @param summary one line
 * @param findings from the widest to the narrowest
 * @param changes the latest changes of paths, the newest first
 */
public record MeshMatrix(
    String node,
    String cluster,
    Instant generatedAt,
    String summary,
    List<MeshFinding> findings,
    List<MeshNode> nodes,
    List<MeshPath> paths,
    List<MeshChange> changes) {
  /** Changes only when a reader of the old form would misread the new one. */
  public static final String SCHEMA = "echomesh.mesh/1";

  public MeshMatrix {
    findings = List.copyOf(findings);
    nodes = List.copyOf(nodes);
    paths = List.copyOf(paths);
    changes = List.copyOf(changes);
  }

  /** Whether no sampled path is failing, down or stale: the exit code of {@code echomesh mesh}. */
  public boolean isSound() {
    return paths.stream()
        .noneMatch(path -> path.state().isBroken() || path.state() == PathState.STALE);
  }

  /** The same with another summary. */
  public MeshMatrix with(String otherSummary) {
    return new MeshMatrix(
        node, cluster, generatedAt, otherSummary, findings, nodes, paths, changes);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("schema", SCHEMA)
        .put("node", node)
        .put("cluster", cluster)
        .put("generatedAt", generatedAt.toString())
        .put("summary", summary)
        .put("findings", new JsonArray(findings.stream().map(MeshFinding::toJson).toList()))
        .put("nodes", new JsonArray(nodes.stream().map(MeshNode::toJson).toList()))
        .put("paths", new JsonArray(paths.stream().map(MeshPath::toJson).toList()))
        .put("changes", new JsonArray(changes.stream().map(MeshChange::toJson).toList()));
  }

  public static MeshMatrix fromJson(JsonObject json) {
    return new MeshMatrix(
        json.getString("node"),
        json.getString("cluster"),
        Instant.parse(json.getString("generatedAt")),
        json.getString("summary"),
        list(json, "findings", MeshFinding::fromJson),
        list(json, "nodes", MeshNode::fromJson),
        list(json, "paths", MeshPath::fromJson),
        list(json, "changes", MeshChange::fromJson));
  }

  private static <T> List<T> list(JsonObject json, String name, Function<JsonObject, T> read) {
    return json.getJsonArray(name, new JsonArray()).stream()
        .map(each -> read.apply((JsonObject) each))
        .toList();
  }
}
