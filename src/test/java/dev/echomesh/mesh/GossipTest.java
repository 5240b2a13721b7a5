package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshChange;
import dev.echomesh.bus.MeshGossip;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.PathState;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GossipTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int MOST = 50;
  private static final List<PathState> STATES =
      List.of(PathState.OK, PathState.DEGRADED, PathState.FAILING, PathState.DOWN);

  private final Map<String, Row> own = new HashMap<>();
  private final Map<String, Gossip> nodes = new HashMap<>();
  private int messages;

  @ParameterizedTest
  @CsvSource({"2,1,0", "5,4,0.2", "25,4,0.5", "40,1,0.1"})
  void shouldBringEveryRowToEveryNodeHoweverMuchIsLost(int size, int degree, double loss) {
    for (int seed = 0; seed < 2; seed++) {
      Random random = new Random(seed);
      mesh(size, degree, seed);

      for (int round = 0; round < 10; round++) {
        change(random);
        round(random, loss);
      }
      int rounds = 0;
      while (!converged()) {
        round(random, loss);
        assertThat(rounds++).as("size %d, seed %d", size, seed).isLessThan(20 * size);
      }
    }
  }

  @Test
  void shouldSendNoMoreMessagesThanThereArePeersAndNoneWithoutNews() {
    mesh(40, 4, 1);
    for (int round = 0; round < 100; round++) {
      messages = 0;
      round(new Random(round), 0);
      assertThat(messages).isLessThanOrEqualTo(40 * 4);
    }
    assertThat(converged()).isTrue();
    assertThat(messages).isZero();
  }

  @Test
  void shouldTellOnlyWhatHasChanged() {
    mesh(2, 1, 1);
    own("n0").put(path("n0", "n1", PathState.OK));
    own("n0").put(path("n0", "x", PathState.OK));
    settle();
    own("n0").put(path("n0", "n1", PathState.DOWN));

    MeshGossip told = next("n0", "n1");

    assertThat(told.rows()).hasSize(1);
    assertThat(told.rows().get(0).paths()).hasSize(1);
    assertThat(told.rows().get(0).targets()).isNull();
  }

  @Test
  void shouldNotTellAPeerWhatItHasToldItself() {
    mesh(3, 2, 1);
    own("n0").put(path("n0", "n1", PathState.OK));
    settle();
    own("n0").put(path("n0", "n1", PathState.DOWN));
    deliver("n0", "n1");
    deliver("n0", "n2");

    assertThat(node("n1").next("n0", MOST)).isNull();
  }

  @Test
  void shouldTellAllAgainToOneWhoHasForgotten() {
    mesh(3, 2, 1);
    settle();
    restart("n1");
    assertThat(node("n1").rows()).hasSize(1);

    settle();

    assertThat(converged()).isTrue();
  }

  @Test
  void shouldReplaceTheRowOfAnEarlierLife() {
    mesh(3, 2, 1);
    own("n1").put(path("n1", "n0", PathState.DOWN));
    own("n1").put(path("n1", "n2", PathState.DOWN));
    settle();
    restart("n1");
    own("n1").put(path("n1", "n0", PathState.OK));

    settle();

    assertThat(row("n0", "n1").paths()).hasSize(1);
  }

  @Test
  void shouldBeHeardInANewLifeThoughItsClockWasSetBack() {
    mesh(3, 2, 1);
    own("n1").put(path("n1", "n0", PathState.DOWN));
    own("n1").put(path("n1", "n2", PathState.DOWN));
    settle();
    restart("n1", own("n1").epoch() - 1000);
    own("n1").put(path("n1", "n0", PathState.OK));

    settle();

    assertThat(row("n0", "n1").paths()).extracting(MeshPath::state).containsExactly(PathState.OK);
    assertThat(row("n2", "n1").paths()).hasSize(1);
    assertThat(converged()).isTrue();
  }

  @Test
  void shouldHandOverAfterAPartitionWhatHappenedMeanwhile() {
    mesh(4, 3, 1);
    own("n0").put(path("n0", "n1", PathState.OK));
    settle();
    node("n0").follow(List.of());
    List.of("n1", "n2", "n3").forEach(name -> node(name).follow(List.of("n1", "n2", "n3")));
    own("n0").put(path("n0", "n1", PathState.DOWN));
    own("n0").put(path("n0", "n1", PathState.OK));
    settle();
    assertThat(row("n2", "n0").changes()).isEmpty();

    node("n0").follow(List.of("n1"));
    node("n1").follow(List.of("n0", "n2", "n3"));
    settle();

    assertThat(row("n2", "n0").changes())
        .containsExactly(
            new MeshChange(NOW, "n0", "n1", PathState.OK, PathState.DOWN),
            new MeshChange(NOW, "n0", "n1", PathState.DOWN, PathState.OK));
  }

  @Test
  void shouldForgetPathsThatAreNotProbedAnyMore() {
    mesh(2, 1, 1);
    own("n0").put(path("n0", "n1", PathState.OK));
    own("n0").put(path("n0", "x", PathState.OK));
    settle();
    own("n0").retain(List.of("n1"));
    settle();

    assertThat(row("n1", "n0").paths()).extracting(MeshPath::to).containsExactly("n1");
  }

  @Test
  void shouldForgetRowsOfNodesThatAreGone() {
    mesh(3, 2, 1);
    settle();

    node("n0").retain(List.of("n0", "n2"));

    assertThat(node("n0").rows()).extracting(Row::owner).containsExactly("n0", "n2");
  }

  @Test
  void shouldAskForAllOfARowThatDoesNotConnect() {
    mesh(2, 1, 1);
    settle();
    own("n0").put(path("n0", "n1", PathState.DOWN));
    MeshGossip told = next("n0", "n1");
    Gossip stranger = new Gossip(new Row("n1", 99));

    assertThat(stranger.hear(told, 0)).isEqualTo(new MeshGossip.Heard(99, List.of("n0"), Map.of()));
  }

  @Test
  void shouldTellNothingNewBeforeItIsHeard() {
    mesh(2, 1, 1);
    own("n0").beat();
    assertThat(node("n0").next("n1", MOST)).isNotNull();
    own("n0").beat();
    assertThat(node("n0").next("n1", MOST)).isNull();

    node("n0").unheard("n1");

    assertThat(node("n0").next("n1", MOST)).isNotNull();
  }

  @Test
  void shouldKnowWhenTheLatestNewsCame() {
    mesh(2, 1, 1);
    own("n0").beat();
    MeshGossip told = next("n0", "n1");
    Gossip other = new Gossip(new Row("n1", 1));

    var unused = other.hear(told, 7);
    assertThat(other.newsAt("n0")).isEqualTo(7);
    var again = other.hear(told, 8);
    assertThat(again.missing()).isEmpty();
    assertThat(other.newsAt("n0")).isEqualTo(7);
  }

  private void mesh(int size, int degree, long seed) {
    own.clear();
    nodes.clear();
    List<String> names = IntStream.range(0, size).mapToObj(i -> "n" + i).toList();
    for (String name : names) {
      Row row = new Row(name, 1 + seed);
      row.beat();
      own.put(name, row);
      nodes.put(name, new Gossip(row));
      node(name).follow(Rings.successors(names, name, degree));
    }
  }

  private void change(Random random) {
    for (Row row : own.values()) {
      switch (random.nextInt(4)) {
        case 0 -> row.beat();
        case 1 -> {
          PathState state = STATES.get(random.nextInt(STATES.size()));
          row.put(path(row.owner(), "n" + random.nextInt(5), state));
        }
        case 2 -> row.retain(List.of("n0", "n1", "n2"));
        default -> row.slowed(random.nextBoolean());
      }
    }
  }

  private void settle() {
    for (int i = 0; i < 10 * nodes.size(); i++) {
      round(new Random(i), 0);
    }
  }

  private void round(Random random, double loss) {
    for (String name : List.copyOf(nodes.keySet())) {
      for (String peer : List.copyOf(node(name).peers())) {
        MeshGossip told = node(name).next(peer, MOST);
        if (told != null) {
          messages++;
          boolean arrives = random.nextDouble() >= loss;
          MeshGossip.Heard heard = arrives ? node(peer).hear(sent(told), 0) : null;
          if (heard != null && random.nextDouble() >= loss) {
            node(name).heard(peer, told, heard);
          } else {
            node(name).unheard(peer);
          }
        }
      }
    }
  }

  private void deliver(String from, String to) {
    MeshGossip told = next(from, to);
    node(from).heard(to, told, node(to).hear(told, 0));
  }

  private MeshGossip next(String from, String to) {
    MeshGossip told = node(from).next(to, MOST);
    assertThat(told).isNotNull();
    return java.util.Objects.requireNonNull(told);
  }

  private void restart(String name) {
    restart(name, own(name).epoch() + 1);
  }

  private void restart(String name, long epoch) {
    List<String> peers = new ArrayList<>(node(name).peers());
    Row row = new Row(name, epoch);
    row.beat();
    own.put(name, row);
    nodes.put(name, new Gossip(row));
    node(name).follow(peers);
  }

  private boolean converged() {
    for (Gossip node : nodes.values()) {
      for (Row row : own.values()) {
        Row copy =
            node.rows().stream()
                .filter(each -> each.owner().equals(row.owner()))
                .findFirst()
                .orElse(null);
        if (copy == null
            || copy.epoch() != row.epoch()
            || copy.version() != row.version()
            || copy.slowed() != row.slowed()
            || !copy.paths().equals(row.paths())
            || !copy.changes().equals(row.changes())) {
          return false;
        }
      }
    }
    return true;
  }

  private Row own(String name) {
    return java.util.Objects.requireNonNull(own.get(name));
  }

  private Gossip node(String name) {
    return java.util.Objects.requireNonNull(nodes.get(name));
  }

  private Row row(String at, String owner) {
    return node(at).rows().stream()
        .filter(row -> row.owner().equals(owner))
        .findFirst()
        .orElseThrow();
  }

  private static MeshGossip sent(MeshGossip gossip) {
    return MeshGossip.fromJson(new JsonObject(gossip.toJson().encode()));
  }

  private static MeshPath path(String from, String to, PathState state) {
    return MeshPath.unknown(from, to, NOW).in(state, NOW);
  }
}
