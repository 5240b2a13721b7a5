package dev.echomesh.metrics;

import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.PathState;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How many nodes and paths the matrix had in which state; absent without a mesh. Thread-safe. */
final class MeshMeters implements MultiCollector {
  private volatile @Nullable MeshMatrix matrix;

  void set(@Nullable MeshMatrix now) {
    matrix = now;
  }

  @Override
  public MetricSnapshots collect() {
    MeshMatrix now = matrix;
    if (now == null) {
      return new MetricSnapshots();
    }
    GaugeSnapshot.Builder nodes =
        GaugeSnapshot.builder()
            .name("echomesh_mesh_nodes")
            .help("Nodes of the mesh that this node knows, by state.");
    for (MeshNode.State state : MeshNode.State.values()) {
      nodes.dataPoint(
          count(state.key(), now.nodes().stream().filter(node -> node.state() == state)));
    }
    GaugeSnapshot.Builder paths =
        GaugeSnapshot.builder()
            .name("echomesh_mesh_paths")
            .help("Paths of the mesh that this node knows, by state.");
    for (PathState state : PathState.values()) {
      if (state != PathState.UNSAMPLED) {
        paths.dataPoint(
            count(state.key(), now.paths().stream().filter(path -> path.state() == state)));
      }
    }
    return MetricSnapshots.of(nodes.build(), paths.build());
  }

  private static GaugeDataPointSnapshot count(String state, Stream<?> those) {
    return GaugeDataPointSnapshot.builder()
        .labels(Labels.of("state", state))
        .value((double) those.count())
        .build();
  }
}
