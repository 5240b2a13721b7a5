package dev.echomesh.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who probes whom: a function of the members alone, so that every node finds the same without
 * asking anybody. A small mesh is full. In a larger one a node probes its successors on {@code
 * degree} {@link Rings}, and some nodes probe one or a few more, so that every zone is probed from
 * every other.
 *
 * <p>Racks count for nothing: rings in the order of hashes lead from any rack to others anyway, and
 * to have every pair of racks probed would take as many probes as there are pairs of nodes where
 * racks are small.
 */
final class PingList {
  private final List<Place> members;
  private final int degree;
  private final Map<String, BitSet> membersOf = new TreeMap<>();
  private final List<List<Integer>> targets = new ArrayList<>();

  private PingList(Collection<Place> members, int degree) {
    this.members = members.stream().sorted(Comparator.comparing(Place::name)).toList();
    this.degree = degree;
  }

  /**
   * Everybody's targets.
   *
   * @param members names are unique
   * @param fullUpTo up to so many members everybody probes everybody
   * @param degree targets of each node above that, 1 or more; as many more can come to it for the
   *     sake of zones. Every ordered pair of zones is covered if no zone has more than {@code
   *     degree} other zones for each of its members
   * @return targets in an order of no meaning, by the name of whoever probes them
   */
  static Map<String, List<String>> of(Collection<Place> members, int fullUpTo, int degree) {
    PingList list = new PingList(members, degree);
    if (members.size() <= fullUpTo) {
      list.probeEverybody();
    } else {
      list.probeSuccessors();
      list.coverZones();
    }
    return list.named();
  }

  private void probeEverybody() {
    for (int i = 0; i < members.size(); i++) {
      List<Integer> others = new ArrayList<>();
      for (int other = 0; other < members.size(); other++) {
        if (other != i) {
          others.add(other);
        }
      }
      targets.add(others);
    }
  }

  private void probeSuccessors() {
    int[][] successors = Rings.successors(members.stream().map(Place::name).toList(), degree);
    for (int[] each : successors) {
      targets.add(new ArrayList<>(Arrays.stream(each).boxed().toList()));
    }
  }

  private void coverZones() {
    for (int i = 0; i < members.size(); i++) {
      membersOf.computeIfAbsent(members.get(i).zone(), zone -> new BitSet()).set(i);
    }
    // a ring of zones, so that a zone with too few members for all others has its own choice
    List<String> zones =
        membersOf.keySet().stream()
            .sorted(Comparator.<String>comparingLong(NameHash::of).thenComparing(zone -> zone))
            .toList();
    for (int i = 0; i < zones.size(); i++) {
      int[] room = new int[members.size()];
      BitSet sources = membersOf(zones.get(i));
      sources.stream().forEach(source -> room[source] = degree);
      BitSet covered = reachedFrom(sources);
      long left = (long) degree * sources.cardinality();
      for (int step = 1; step < zones.size() && left > 0; step++) {
        String zone = zones.get((i + step) % zones.size());
        BitSet there = membersOf(zone);
        if (!covered.intersects(there)) {
          int source = chosen(sources, NameHash.of(zone), room);
          room[source]--;
          left--;
          targets.get(source).add(chosen(there, NameHash.of(members.get(source).name()), null));
        }
      }
    }
  }

  private BitSet membersOf(String zone) {
    return membersOf.getOrDefault(zone, new BitSet());
  }

  private BitSet reachedFrom(BitSet sources) {
    BitSet reached = new BitSet(members.size());
    sources.stream().forEach(source -> targets.get(source).forEach(reached::set));
    return reached;
  }

  /** The one of highest hash (rendezvous), among those with room if that matters. */
  private int chosen(BitSet among, long key, int @org.jspecify.annotations.Nullable [] room) {
    int chosen = -1;
    long highest = 0;
    for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
      long hash = NameHash.of(key, NameHash.of(members.get(i).name()));
      if ((room == null || room[i] > 0) && (chosen < 0 || hash > highest)) {
        chosen = i;
        highest = hash;
      }
    }
    return chosen;
  }

  private Map<String, List<String>> named() {
    Map<String, List<String>> named = new LinkedHashMap<>();
    for (int i = 0; i < members.size(); i++) {
      named.put(
          members.get(i).name(),
          targets.get(i).stream().map(target -> members.get(target).name()).toList());
    }
    return named;
  }
}
