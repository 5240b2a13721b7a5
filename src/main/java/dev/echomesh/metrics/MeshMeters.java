package dev.echomesh.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many nodes and paths the matrix had in which state; absent without a mesh. Thread-safe. */
final class MeshMeters implements MultiCollector {
  private static final List<String> NODE_STATES = List.of("up", "leaving");
  private static final List<String> PATH_STATES =
      List.of("ok", "degraded", "failing", "down", "stale", "unknown");

  private volatile @Nullable JsonObject matrix;

  void set(@Nullable JsonObject now) {
    matrix = now;
  }

  @Override
  public MetricSnapshots collect() {
    JsonObject now = matrix;
    return now == null
        ? new MetricSnapshots()
        : MetricSnapshots.of(
            states(now, "nodes", NODE_STATES, "Nodes of the mesh that this node knows, by state."),
            states(now, "paths", PATH_STATES, "Sampled paths of the mesh, by state."));
  }

  private static MetricSnapshot states(
      JsonObject matrix, String what, List<String> states, String help) {
    Map<String, Long> counts = new TreeMap<>();
    states.forEach(state -> counts.put(state, 0L));
    matrix
        .getJsonArray(what)
        .forEach(each -> counts.merge(((JsonObject) each).getString("state"), 1L, Long::sum));
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name("echomesh_mesh_" + what).help(help);
    counts.forEach(
        (state, count) ->
            gauge.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("state", state))
                    .value((double) count)
                    .build()));
    return gauge.build();
  }
}
