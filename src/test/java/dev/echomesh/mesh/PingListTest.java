package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PingListTest {
  private static final int FULL = 30;
  private static final int DEGREE = 10;

  @Test
  void shouldProbeNobodyWithoutOthers() {
    assertThat(PingList.of(List.of(), FULL, DEGREE)).isEmpty();
    assertThat(PingList.of(places(1, 1), FULL, DEGREE)).containsEntry("n0", List.of());
    assertThat(PingList.of(places(1, 1), 0, DEGREE)).containsEntry("n0", List.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 30})
  void shouldProbeEverybodyInASmallMesh(int size) {
    List<Place> members = places(size, 3);

    PingList.of(members, FULL, DEGREE)
        .forEach(
            (name, targets) ->
                assertThat(targets).hasSize(size - 1).doesNotHaveDuplicates().doesNotContain(name));
  }

  @ParameterizedTest
  @CsvSource({"31,1,10", "100,4,10", "500,10,6", "64,64,3", "1000,30,10", "40,2,60", "33,5,1"})
  void shouldKeepToTheDegreeInALargeMesh(int size, int zones, int degree) {
    Map<String, List<String>> lists = PingList.of(places(size, zones), FULL, degree);

    int least = Math.min(degree, size - 1);
    Map<String, Integer> probers = new HashMap<>();
    lists.forEach(
        (name, targets) -> {
          assertThat(targets)
              .hasSizeBetween(least, 2 * degree)
              .doesNotHaveDuplicates()
              .doesNotContain(name);
          targets.forEach(target -> probers.merge(target, 1, Integer::sum));
        });
    assertThat(lists).hasSize(size);
    assertThat(probers).as("everybody is probed").hasSize(size);
  }

  @ParameterizedTest
  @CsvSource({"100,4", "200,20", "500,50", "300,2"})
  void shouldCoverEveryOrderedPairOfZones(int size, int zones) {
    List<Place> members = places(size, zones);
    Map<String, String> zoneOf = new HashMap<>();
    members.forEach(member -> zoneOf.put(member.name(), member.zone()));

    Set<List<String>> covered = new HashSet<>();
    PingList.of(members, FULL, DEGREE)
        .forEach(
            (from, targets) ->
                targets.forEach(to -> covered.add(List.of(zoneOf.get(from), zoneOf.get(to)))));

    covered.removeIf(pair -> pair.get(0).equals(pair.get(1)));
    assertThat(covered).hasSize(zones * (zones - 1));
  }

  @Test
  void shouldCoverASmallZoneFromAndToAllOthers() {
    List<Place> members = places(200, 10);
    members.add(new Place("lonely", "far"));

    Map<String, List<String>> lists = PingList.of(members, FULL, DEGREE);

    Map<String, String> zoneOf = new HashMap<>();
    members.forEach(member -> zoneOf.put(member.name(), member.zone()));
    Set<String> reached = new HashSet<>();
    lists.getOrDefault("lonely", List.of()).forEach(target -> reached.add(zoneOf.get(target)));
    Set<String> reaching = new HashSet<>();
    lists.forEach(
        (from, targets) -> {
          if (targets.contains("lonely")) {
            reaching.add(zoneOf.get(from));
          }
        });
    assertThat(reached).hasSize(10);
    assertThat(reaching).hasSize(10);
  }

  @Test
  void shouldBeTheSameInWhateverOrderMembersAreKnown() {
    List<Place> members = places(150, 7);
    Map<String, List<String>> lists = PingList.of(members, FULL, DEGREE);

    Collections.shuffle(members, new Random(1));

    assertThat(PingList.of(members, FULL, DEGREE)).isEqualTo(lists);
  }

  /** Nodes of different versions must agree, so this changes only with the protocol. */
  @Test
  void shouldBeTheSameInEveryVersion() {
    assertThat(Rings.successors(List.of("a", "b", "c", "d", "e", "f", "g", "h"), "c", 3))
        .isEqualTo(Rings.successors(List.of("h", "g", "f", "e", "d", "c", "b", "a"), "c", 3))
        .containsExactly("e", "h", "f");
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1000})
  void shouldMoveFewEntriesWhenANodeJoinsOrLeaves(int size) {
    for (int seed = 0; seed < 5; seed++) {
      List<Place> members = places(size, 8);
      Map<String, List<String>> before = PingList.of(members, FULL, DEGREE);
      members.add(new Place("joined-" + seed, "z" + seed));
      Map<String, List<String>> after = PingList.of(members, FULL, DEGREE);

      // its own, those of its predecessors on each ring, and what these shift
      assertThat(moved(before, after)).as("seed %d", seed).isLessThanOrEqualTo(5 * DEGREE);
    }
  }

  @ParameterizedTest
  @CsvSource({"31,1", "100,2", "1000,3"})
  void shouldLeadEverywhereInFewSteps(int size, int degree) {
    Map<String, List<String>> lists = PingList.of(places(size, 4), FULL, degree);

    Set<String> reached = new HashSet<>(Set.of("n0"));
    List<String> edge = List.of("n0");
    int steps = 0;
    while (!edge.isEmpty()) {
      List<String> next = new ArrayList<>();
      for (String name : edge) {
        for (String target : lists.getOrDefault(name, List.of())) {
          if (reached.add(target)) {
            next.add(target);
          }
        }
      }
      edge = next;
      steps++;
    }
    assertThat(reached).hasSize(size);
    if (degree > 1) {
      assertThat(steps).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void shouldNotCompareEveryPairWhereEveryNodeIsAZone() {
    Map<String, List<String>> lists = PingList.of(places(2000, 2000), FULL, 3);

    assertThat(lists.values()).allSatisfy(targets -> assertThat(targets).hasSizeBetween(3, 6));
  }

  private static int moved(Map<String, List<String>> before, Map<String, List<String>> after) {
    int moved = 0;
    for (Map.Entry<String, List<String>> each : after.entrySet()) {
      Set<String> old = new HashSet<>(before.getOrDefault(each.getKey(), List.of()));
      Set<String> added = new HashSet<>(each.getValue());
      added.removeAll(old);
      moved += added.size();
    }
    return moved;
  }

  private static List<Place> places(int size, int zones) {
    return new ArrayList<>(
        IntStream.range(0, size).mapToObj(i -> new Place("n" + i, "z" + i % zones)).toList());
  }
}
