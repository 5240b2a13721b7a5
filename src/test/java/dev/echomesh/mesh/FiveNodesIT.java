package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.testing.MiniCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five node processes that form a cluster, from which two die at once and come back. */
class FiveNodesIT {
  private static final String[] ALL = {"a", "b", "c", "d", "e"};
  private static final List<String> DEAD = List.of("b", "d");
  private static final List<String> LEFT = List.of("a", "c", "e");

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void shouldTellEverywhereWhichTwoHaveDiedAndTakeThemInAgain(@TempDir Path directory) {
    try (MiniCluster cluster = MiniCluster.of(directory, ALL)) {
      cluster.complete();

      DEAD.forEach(name -> cluster.node(name).process().kill());

      for (String name : LEFT) {
        MiniCluster.Node node = cluster.node(name);
        cluster.until(name + " finds both down", () -> tellsOfBoth(node.matrix()));
        MeshMatrix matrix = node.matrix();
        assertThat(matrix.nodes())
            .filteredOn(each -> each.state() == MeshNode.State.UP)
            .extracting(MeshNode::name)
            .containsExactlyElementsOf(LEFT);
        assertThat(node.logged("ERROR|Exception|ISPN")).isEmpty();
      }
      cluster.complete();
      for (String name : ALL) {
        assertThat(cluster.node(name).matrix().paths()).hasSize(20);
      }
    }
  }

  private static boolean tellsOfBoth(MeshMatrix matrix) {
    return matrix.findings().stream()
            .map(MeshFinding::kind)
            .toList()
            .equals(List.of(MeshFinding.Kind.TARGET_DOWN, MeshFinding.Kind.TARGET_DOWN))
        && matrix.findings().stream()
            .flatMap(finding -> finding.subjects().stream())
            .toList()
            .equals(DEAD);
  }
}
