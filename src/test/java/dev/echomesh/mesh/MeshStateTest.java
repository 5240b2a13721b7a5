package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.config.ProbeConfig;
import dev.echomesh.spec.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes n0, n1, … on simulated time. */
class MeshStateTest {
  private static final Duration START = Duration.ofSeconds(20);

  @Test
  void shouldComeToKnowThatAllIsWell() {
    SimulatedMesh mesh = new SimulatedMesh(5, 8, 1);

    Duration took =
        mesh.runUntil(matrix -> matrix.summary().equals("all 20 sampled paths are ok"), START);

    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(mesh.matrix("n3").findings()).isEmpty();
    assertThat(mesh.matrix("n3").isSound()).isTrue();
  }

  @Test
  void shouldNeverRaiseAFalseAlarm() {
    SimulatedMesh mesh = new SimulatedMesh(5, 8, 1);
    mesh.run(START);

    for (int minute = 0; minute < 20; minute++) {
      mesh.run(Duration.ofMinutes(1));
      assertThat(mesh.matrix("n0").isSound()).isTrue();
    }
    assertThat(mesh.matrix("n0").changes()).isEmpty();
  }

  @Test
  void shouldCallAKilledNodeDownEverywhereWithinFiveSeconds() {
    for (String victim : List.of("n0", "n2", "n4")) {
      SimulatedMesh mesh = settled(5, 8, 1);
      mesh.kill(victim);

      Duration took = mesh.runUntil(matrix -> isDown(matrix, victim), START);

      assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(5));
      assertThat(mesh.matrix(mesh.living().get(0)).findings())
          .extracting(MeshFinding::kind)
          .containsExactly(MeshFinding.Kind.TARGET_DOWN);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 30})
  void shouldCallANodeDownEverywhereWithinFiveSecondsThatAnswersNothing(int size) {
    for (String victim : List.of("n0", "n2")) {
      SimulatedMesh mesh = settled(size, 8, 1);
      mesh.vanish(victim);

      Duration took = mesh.runUntil(matrix -> isDown(matrix, victim), START);

      assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(5));
      assertThat(mesh.matrix(mesh.living().get(0)).findings())
          .extracting(MeshFinding::sentence)
          .allMatch(sentence -> sentence.endsWith("of its probers fail (timeout)"));
    }
  }

  @Test
  void shouldKeepANodeDownThatTheClusterHasLostToo() {
    SimulatedMesh mesh = settled(5, 8, 1);
    mesh.kill("n4");
    mesh.run(Duration.ofSeconds(3));
    mesh.see(mesh.living(), mesh.living());
    mesh.run(START);

    assertThat(mesh.living()).allMatch(name -> isDown(mesh.matrix(name), "n4"));
  }

  @Test
  void shouldNameTheOnlyPathThatFails() {
    SimulatedMesh mesh = settled(5, 8, 1);
    mesh.cut("n1", "n3");

    Duration took =
        mesh.runUntil(
            matrix ->
                matrix.findings().stream()
                    .map(finding -> finding.kind().key() + finding.subjects())
                    .toList()
                    .equals(List.of("path_down[n1, n3]")),
            START);

    assertThat(took).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void shouldTellWhoHasGoneSilentThoughItAnswers() {
    SimulatedMesh mesh = settled(5, 8, 1);
    mesh.bus((from, to) -> !from.equals("n2"));

    mesh.run(START);

    MeshMatrix matrix = mesh.matrix("n0");
    assertThat(matrix.findings())
        .extracting(MeshFinding::kind)
        .containsExactly(MeshFinding.Kind.REPORTER_SILENT);
    assertThat(matrix.paths())
        .filteredOn(path -> path.from().equals("n2"))
        .hasSize(4)
        .allMatch(path -> path.state() == PathState.STALE);
    assertThat(matrix.findings().get(0).sentence()).contains("4 of 4 of its probers reach it");
  }

  @Test
  void shouldNotTakeOthersForSilentBecauseItStoodStillItself() {
    MeshState state = new MeshState("n0", "demo", SimulatedMesh.PROBING, 1);
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    state.follow(SimulatedMesh.members("n0", List.of("n0", "n1"), 1), now, 0);
    boolean unused = state.beat(now, 1);

    assertThat(state.beat(now, 60_000_000_000L)).isFalse();

    assertThat(state.matrix(now, 60_000_000_000L).findings()).isEmpty();
    for (long second = 61; second < 75; second++) {
      unused = state.beat(now, second * 1_000_000_000L);
    }
    assertThat(state.matrix(now, 75_000_000_000L).findings())
        .extracting(MeshFinding::kind)
        .containsExactly(MeshFinding.Kind.REPORTER_SILENT);
  }

  @Test
  void shouldNotCallANodeSilentThatDrains() {
    MeshState state = new MeshState("n0", "demo", SimulatedMesh.PROBING, 1);
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Members both = SimulatedMesh.members("n0", List.of("n0", "n1"), 1);
    state.follow(both, now, 0);
    List<Member> leaving = new ArrayList<>(both.members());
    leaving.replaceAll(
        member -> member.name().equals("n1") ? member.with(MemberState.LEAVING, now) : member);
    state.follow(new Members("n0", leaving, null), now, 1);

    for (long second = 1; second < 60; second++) {
      assertThat(state.beat(now, second * 1_000_000_000L)).isFalse();
    }

    assertThat(state.matrix(now, 60_000_000_000L).findings()).isEmpty();
  }

  @Test
  void shouldKnowNothingOfATargetThatTookThePlaceOfAnother() {
    MeshState state = new MeshState("n0", "demo", SimulatedMesh.PROBING, 1);
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    state.follow(SimulatedMesh.members("n0", List.of("n0"), 1), now, 0);
    state.follow(List.of(plain("db", "127.0.0.1:1")), now, 0);
    ProbeSample refused =
        new ProbeSample(
            new Outcomes(Map.of(Outcome.REFUSED, 1L)), null, null, List.of(), null, "refused");
    for (int i = 0; i < 5; i++) {
      boolean unused = state.sampled("probe:db", Look.CONNECT, refused, now, i);
    }
    assertThat(state.matrix(now, 10).paths())
        .extracting(MeshPath::state)
        .containsExactly(PathState.DOWN);

    state.follow(List.of(plain("db", "127.0.0.1:1"), plain("x", "127.0.0.1:2")), now, 20);
    assertThat(state.matrix(now, 20).paths()).extracting(MeshPath::state).contains(PathState.DOWN);

    state.follow(List.of(plain("db", "127.0.0.1:3")), now, 30);
    assertThat(state.matrix(now, 30).paths())
        .extracting(MeshPath::state)
        .containsExactly(PathState.UNKNOWN);
    assertThat(Objects.requireNonNull(state.detail("probe:db", 30)).failures()).isEmpty();
  }

  @Test
  void shouldSayThatAPathWillBeCalledTheOnlyOne() {
    MeshState state = new MeshState("n0", "demo", SimulatedMesh.PROBING, 1);
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    state.follow(SimulatedMesh.members("n0", List.of("n0", "n1"), 1), now, 0);
    assertThat(state.settling(0)).isNull();
    ProbeSample late =
        new ProbeSample(
            new Outcomes(Map.of(Outcome.TIMEOUT, 1L)), null, null, List.of(), null, "late");
    for (int i = 0; i < 5; i++) {
      boolean unused = state.sampled("n1", Look.SHORT, late, now, 1);
    }
    assertThat(state.matrix(now, 1).findings()).isEmpty();

    Duration wait = Objects.requireNonNull(state.settling(1));

    assertThat(state.matrix(now, 1 + wait.toNanos()).findings()).isNotEmpty();
    assertThat(state.settling(1 + wait.toNanos())).isNull();
  }

  @Test
  void shouldStopProbingOthersWhenItIsTheOneThatIsCutOff() {
    SimulatedMesh mesh = settled(5, 8, 1);
    List<String> most = List.of("n0", "n1", "n2", "n3");
    mesh.see(most, most);
    mesh.see(List.of("n4"), List.of("n4"));

    assertThat(mesh.matrix("n4").paths())
        .filteredOn(path -> path.from().equals("n4"))
        .hasSize(4)
        .allMatch(path -> path.state() == PathState.STALE);
    assertThat(mesh.matrix("n4").summary()).startsWith("n4 sees less than half of the mesh");
    mesh.run(START);
    assertThat(mesh.matrix("n0").paths())
        .as("the others go on probing it")
        .filteredOn(path -> path.to().equals("n4") && path.from().equals("n0"))
        .allMatch(path -> path.state() == PathState.OK);

    List<String> all = mesh.living();
    mesh.see(all, all);
    var unused =
        mesh.runUntil(matrix -> matrix.summary().equals("all 20 sampled paths are ok"), START);
  }

  @Test
  void shouldHandOverWhatWasSeenDuringAPartition() {
    SimulatedMesh mesh = settled(5, 8, 1);
    mesh.bus((from, to) -> from.equals("n4") == to.equals("n4"));
    mesh.cut("n4", "n0");
    mesh.run(START);
    assertThat(mesh.matrix("n1").changes()).isEmpty();

    mesh.bus((from, to) -> true);
    mesh.run(START);

    assertThat(mesh.matrix("n1").changes())
        .anyMatch(change -> change.from().equals("n4") && change.state() == PathState.DOWN);
  }

  @Test
  void shouldNotTakeSamplingForFailure() {
    SimulatedMesh mesh = new SimulatedMesh(40, 5, 3);

    var unused =
        mesh.runUntil(
            matrix -> matrix.paths().stream().allMatch(p -> p.state() == PathState.OK),
            Duration.ofMinutes(1));

    assertThat(mesh.matrix("n7").paths()).hasSizeBetween(200, 400);
    assertThat(mesh.matrix("n7").findings()).isEmpty();
  }

  @Test
  void shouldBringTheNewsOfADeadNodeAroundALargeMesh() {
    SimulatedMesh mesh = new SimulatedMesh(50, 5, 4);
    mesh.run(Duration.ofSeconds(30));
    mesh.kill("n20");

    Duration took = mesh.runUntil(matrix -> isDown(matrix, "n20"), Duration.ofSeconds(20));

    assertThat(took).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void shouldSendAtMostSoManyMessages() {
    for (int size : List.of(10, 40)) {
      SimulatedMesh mesh = new SimulatedMesh(size, 6, 1);
      mesh.run(Duration.ofSeconds(30));
      long before = mesh.messages();

      mesh.run(Duration.ofSeconds(30));

      double perSecondAndNode = (mesh.messages() - before) / 30.0 / size;
      assertThat(perSecondAndNode).isLessThanOrEqualTo(1.1 * Rates.PEERS);
    }
  }

  @Test
  void shouldProbePlainTargetsWithoutAnyMesh() {
    MeshState state = new MeshState("a", "demo", SimulatedMesh.PROBING, 1);
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    state.follow(List.of(plain("db", "db:5432")), now, 0);

    assertThat(state.probed()).extracting(Probed::to).containsExactly("probe:db");
    assertThat(state.probed().get(0).frames(Look.CONNECT)).isZero();
    assertThat(state.detail("probe:db", 0)).isNotNull();
    assertThat(state.detail("b", 0)).isNull();
    state.follow(List.of(), now, 0);
    assertThat(state.probed()).isEmpty();
  }

  private static ProbeConfig plain(String name, String target) {
    return new ProbeConfig(
        name, Target.parse(target), false, Duration.ofSeconds(5), Duration.ofSeconds(1), 64, null);
  }

  private static SimulatedMesh settled(int size, int degree, int zones) {
    SimulatedMesh mesh = new SimulatedMesh(size, degree, zones);
    var unused =
        mesh.runUntil(
            matrix -> matrix.paths().stream().allMatch(p -> p.state() == PathState.OK), START);
    mesh.run(Duration.ofSeconds(10));
    return mesh;
  }

  private static boolean isDown(MeshMatrix matrix, String name) {
    return matrix.nodes().stream()
            .anyMatch(node -> node.name().equals(name) && node.state() == MeshNode.State.DOWN)
        && matrix.paths().stream()
            .filter(path -> path.to().equals(name) && path.state() != PathState.STALE)
            .map(MeshPath::state)
            .anyMatch(state -> state == PathState.DOWN);
  }
}
