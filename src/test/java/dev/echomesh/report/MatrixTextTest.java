package dev.echomesh.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MatrixTextTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  @Test
  void shouldShowASmallMeshAsATableOfFigures() {
    MeshMatrix matrix =
        matrix(
            3,
            List.of(),
            List.of(
                path(1, "n2", PathState.OK),
                path(1, "n3", PathState.DOWN),
                path(2, "n1", PathState.OK),
                path(2, "n3", PathState.STALE),
                path(3, "n1", PathState.UNKNOWN)));

    assertThat(text(matrix))
        .isEqualTo(
            """
            mesh demo as n1 sees it at 12:00:00: as it is

            from \\ to  n1        n2        n3
            n1         -         210 µs    down
            n2         210 µs    -         stale
            n3         unknown   .         -
            Figures are the median round trips of the last minute.

            n1 -> n3  down since 12:00:00: nothing came back
            n2 -> n3  stale since 12:00:00: nothing came back

            3 nodes, 5 paths sampled: 2 ok, 1 down, 1 stale, 1 unknown; 1 unsampled
            """);
  }

  @Test
  void shouldPutFindingsFirst() {
    MeshFinding finding =
        new MeshFinding(MeshFinding.Kind.PATH_DOWN, List.of("n1", "n2"), "they do not meet");
    MeshMatrix matrix = matrix(2, List.of(finding), List.of(path(1, "n2", PathState.DOWN)));

    assertThat(text(matrix).lines().skip(1)).startsWith("path_down  they do not meet");
  }

  @Test
  void shouldShowAMeshOfMiddleSizeAsATableOfSymbols() {
    MeshMatrix matrix =
        matrix(
            9,
            List.of(),
            List.of(
                path(1, "n2", PathState.OK),
                path(1, "n3", PathState.DEGRADED),
                path(1, "n4", PathState.FAILING),
                path(1, "n5", PathState.DOWN),
                path(1, "n6", PathState.STALE),
                path(1, "n7", PathState.UNKNOWN)));

    assertThat(text(matrix))
        .contains("from \\ to   1  2  3  4  5  6  7  8  9")
        .contains("  1 n1      \\  +  ~  !  X  s  ?  .  .")
        .contains("+ ok, ~ degraded, ! failing, X down, s stale, . unsampled, ? unknown")
        .contains("9 nodes, 6 paths sampled")
        .contains("; 66 unsampled");
  }

  @Test
  void shouldShowOfALargeMeshWhatIsNotWell() {
    List<MeshPath> paths = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      paths.add(path(i, "n" + (i % 100 + 1), i == 7 ? PathState.DOWN : PathState.OK));
    }

    assertThat(text(matrix(100, List.of(), paths)))
        .isEqualTo(
            """
            mesh demo as n1 sees it at 12:00:00: as it is

            n7 -> n8  down since 12:00:00: nothing came back

            100 nodes, 100 paths sampled: 99 ok, 1 down; 9,800 unsampled
            """);
  }

  @Test
  void shouldShowPlainTargetsAndUnusualNodes() {
    MeshNode slow = new MeshNode("n1", "", "", "::1", "1", MeshNode.State.UP, NOON, true);
    MeshNode gone = new MeshNode("n2", "", "", "::1", "1", MeshNode.State.LOST, NOON, false);
    MeshMatrix matrix =
        new MeshMatrix(
            "n1",
            "demo",
            NOON,
            "as it is",
            List.of(),
            List.of(slow, gone),
            List.of(path(1, "probe:db", PathState.OK)),
            List.of());

    assertThat(text(matrix))
        .contains("n1 -> probe:db  210 µs")
        .contains("node n1  up since 12:00:00, short of CPU")
        .contains("node n2  lost since 12:00:00");
  }

  @Test
  void shouldColourOnTerminalsOnly() {
    MeshMatrix matrix = matrix(2, List.of(), List.of(path(1, "n2", PathState.DOWN)));

    assertThat(MatrixText.render(matrix, true, ZoneOffset.UTC)).contains("\u001b[31mdown\u001b[0m");
    assertThat(text(matrix)).doesNotContain("\u001b");
  }

  @Test
  void shouldNotLetWhatOthersSaidStir() {
    MeshMatrix matrix =
        new MeshMatrix(
            "n1\u001b[2J", "demo", NOON, "a\nb", List.of(), List.of(), List.of(), List.of());

    assertThat(text(matrix)).doesNotContain("\u001b").doesNotContain("a\nb");
  }

  private static String text(MeshMatrix matrix) {
    return MatrixText.render(matrix, false, ZoneOffset.UTC).replace(System.lineSeparator(), "\n");
  }

  private static MeshMatrix matrix(int nodes, List<MeshFinding> findings, List<MeshPath> paths) {
    List<MeshNode> members = new ArrayList<>();
    for (int i = 1; i <= nodes; i++) {
      members.add(new MeshNode("n" + i, "", "", "::1", "1", MeshNode.State.UP, NOON, false));
    }
    return new MeshMatrix("n1", "demo", NOON, "as it is", findings, members, paths, List.of());
  }

  private static MeshPath path(int from, String to, PathState state) {
    return new MeshPath(
        "n" + from,
        to,
        state,
        NOON,
        NOON,
        new Outcomes(Map.of(Outcome.OK, 60L)),
        new MeshPath.Connect(300, 400),
        new MeshPath.RoundTrip(210, 300, 400, 500),
        0.0,
        0L,
        Outcome.TIMEOUT,
        "nothing came back");
  }
}
