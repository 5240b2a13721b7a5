package dev.echomesh.mesh;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the choice of probers and the gossip come to in meshes of many sizes: the product's own
 * classes, without a network. Prints tables in Markdown.
 */
final class MeshSimulation {
  static final int FULL_UP_TO = 30;
  static final int DEGREE = 8;
  private static final int JOINS = 20;
  private static final int ROUNDS = 5;
  private static final int SOURCES = 100;

  private MeshSimulation() {}

  public static void main(String[] args) {
    System.out.println(
        "| nodes | zones | out-degree | in-degree | pairs of zones covered | diameter | moved by a join | time to compute |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (int size : new int[] {10, 100, 1000, 10_000}) {
      lists(size, size <= 10 ? 2 : size <= 100 ? 4 : size <= 1000 ? 10 : 30);
    }
    System.out.println();
    GossipSimulation.print();
  }

  private static void lists(int size, int zones) {
    List<Place> members = places(size, zones);
    Map<String, List<String>> lists = PingList.of(members, FULL_UP_TO, DEGREE);
    int[] out = lists.values().stream().mapToInt(List::size).toArray();
    Map<String, Integer> probers = new HashMap<>();
    lists.values().forEach(l -> l.forEach(target -> probers.merge(target, 1, Integer::sum)));
    int[] in = members.stream().mapToInt(m -> probers.getOrDefault(m.name(), 0)).toArray();
    System.out.printf(
        Locale.ROOT,
        "| %,d | %d | %s | %s | %d of %d | %s | %s | %.1f ms |%n",
        size,
        zones,
        range(out),
        range(in),
        covered(members, lists),
        zones * (zones - 1),
        diameter(lists),
        moved(members, zones, lists),
        millis(members));
  }

  private static String range(int[] degrees) {
    Arrays.sort(degrees);
    return String.format(
        Locale.ROOT,
        "%d..%d, mean %.2f",
        degrees[0],
        degrees[degrees.length - 1],
        Arrays.stream(degrees).average().orElse(0));
  }

  private static long covered(List<Place> members, Map<String, List<String>> lists) {
    Map<String, String> zoneOf = new HashMap<>();
    members.forEach(member -> zoneOf.put(member.name(), member.zone()));
    Set<String> covered = new HashSet<>();
    lists.forEach(
        (from, targets) ->
            targets.forEach(
                to -> {
                  if (!zoneOf.get(from).equals(zoneOf.get(to))) {
                    covered.add(zoneOf.get(from) + " " + zoneOf.get(to));
                  }
                }));
    return covered.size();
  }

  /** From every node, or from the first so many. */
  private static String diameter(Map<String, List<String>> lists) {
    int longest = 0;
    int sources = 0;
    for (String source : lists.keySet()) {
      if (++sources > (lists.size() > 1000 ? SOURCES : lists.size())) {
        break;
      }
      Map<String, Integer> steps = new HashMap<>(Map.of(source, 0));
      Deque<String> queue = new ArrayDeque<>(List.of(source));
      while (!queue.isEmpty()) {
        String name = queue.poll();
        for (String target : lists.get(name)) {
          if (steps.putIfAbsent(target, steps.get(name) + 1) == null) {
            longest = Math.max(longest, steps.get(target));
            queue.add(target);
          }
        }
      }
      if (steps.size() < lists.size()) {
        return "not connected";
      }
    }
    return longest + (lists.size() > 1000 ? " (from " + SOURCES + " nodes)" : "");
  }

  private static String moved(
      List<Place> members, int zones, Map<String, List<String>> before) {
    long sum = 0;
    long most = 0;
    for (int join = 0; join < JOINS; join++) {
      List<Place> more = new ArrayList<>(members);
      more.add(new Place("joined-" + join, "z" + join % zones));
      long moved = 0;
      for (Map.Entry<String, List<String>> each :
          PingList.of(more, FULL_UP_TO, DEGREE).entrySet()) {
        Set<String> added = new HashSet<>(each.getValue());
        added.removeAll(before.getOrDefault(each.getKey(), List.of()));
        moved += added.size();
      }
      sum += moved;
      most = Math.max(most, moved);
    }
    return String.format(Locale.ROOT, "mean %.1f, at most %d", (double) sum / JOINS, most);
  }

  private static double millis(List<Place> members) {
    double[] took = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long begun = System.nanoTime();
      PingList.of(members, FULL_UP_TO, DEGREE);
      took[round] = (System.nanoTime() - begun) / 1e6;
    }
    Arrays.sort(took);
    return took[ROUNDS / 2];
  }

  private static List<Place> places(int size, int zones) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      places.add(new Place("node-" + i, "z" + i % zones));
    }
    return places;
  }
}
