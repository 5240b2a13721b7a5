package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshChange;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.MeshRow;
import dev.echomesh.bus.PathState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Row row = new Row("a", 1);

  @Test
  void shouldTellWhatIsNewerThanAVersion() {
    row.put(path("b", PathState.OK));
    long base = row.version();
    row.put(path("c", PathState.OK));

    MeshRow difference = row.since(base);

    assertThat(difference.paths()).extracting(MeshPath::to).containsExactly("c");
    assertThat(difference.targets()).containsExactly("b", "c");
    assertThat(row.since(row.version()).paths()).isEmpty();
    assertThat(row.since(row.version()).targets()).isNull();
  }

  @Test
  void shouldRememberChangesOfStatesButNotThatAPathWorksFromTheFirst() {
    row.put(path("b", PathState.UNKNOWN));
    row.put(path("b", PathState.OK));
    assertThat(row.changes()).isEmpty();

    row.put(path("b", PathState.DOWN));
    row.put(path("b", PathState.DOWN));
    assertThat(row.changes())
        .containsExactly(new MeshChange(NOW, "a", "b", PathState.OK, PathState.DOWN));
  }

  @Test
  void shouldForgetTheOldestChanges() {
    for (int i = 0; i <= Row.CHANGES + 5; i++) {
      row.put(path("b", i % 2 == 0 ? PathState.OK : PathState.DOWN));
    }

    assertThat(row.changes()).hasSize(Row.CHANGES);
    assertThat(row.paths()).hasSize(1);
  }

  @Test
  void shouldNotTakeADifferenceToWhatItDoesNotKnow() {
    row.put(path("b", PathState.OK));
    long base = row.version();
    row.put(path("b", PathState.DOWN));
    Row copy = new Row("a", 1);

    assertThat(copy.take(row.since(base))).isFalse();
    assertThat(copy.paths()).isEmpty();
    assertThat(copy.take(row.since(0))).isTrue();
    assertThat(copy.paths()).isEqualTo(row.paths());
    assertThat(copy.changes()).isEqualTo(row.changes());
  }

  @Test
  void shouldNotGoBackToAnOlderVersion() {
    row.put(path("b", PathState.OK));
    MeshRow old = row.since(0);
    row.put(path("b", PathState.DOWN));
    Row copy = new Row("a", 1);
    assertThat(copy.take(row.since(0))).isTrue();

    assertThat(copy.take(old)).isTrue();

    assertThat(copy.version()).isEqualTo(row.version());
    assertThat(copy.paths()).extracting(MeshPath::state).containsExactly(PathState.DOWN);
  }

  @Test
  void shouldRememberNoChangeTwice() {
    row.put(path("b", PathState.OK));
    row.put(path("b", PathState.DOWN));
    Row copy = new Row("a", 1);
    assertThat(copy.take(row.since(0))).isTrue();
    row.beat();

    assertThat(copy.take(row.since(0))).isTrue();

    assertThat(copy.changes()).hasSize(1);
  }

  @Test
  void shouldTakeNoPathsOfOthersIntoARow() {
    MeshPath foreign = MeshPath.unknown("x", "b", NOW);
    MeshRow difference = new MeshRow("a", 1, 0, 1, true, List.of("b"), List.of(foreign), List.of());

    assertThat(row.take(difference)).isTrue();

    assertThat(row.paths()).isEmpty();
    assertThat(row.slowed()).isTrue();
  }

  @Test
  void shouldDropPathsThatAreNoTargetsAnyMore() {
    row.put(path("b", PathState.OK));
    row.put(path("c", PathState.OK));
    Row copy = new Row("a", 1);
    assertThat(copy.take(row.since(0))).isTrue();
    long base = row.version();
    row.retain(List.of("c"));

    assertThat(copy.take(row.since(base))).isTrue();

    assertThat(copy.paths()).extracting(MeshPath::to).containsExactly("c");
  }

  private static MeshPath path(String to, PathState state) {
    return MeshPath.unknown("a", to, NOW).in(state, NOW);
  }
}
