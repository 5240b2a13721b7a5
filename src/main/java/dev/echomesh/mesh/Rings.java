package dev.echomesh.mesh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Orders all members on several rings, each by another hash of their names, as Rapid (USENIX ATC
 * 2018) lets members watch each other. Whoever knows the same members gets the same rings. The
 * union of two or more rings is an expander with high probability, so that few steps lead
 * everywhere; one ring alone leads everywhere too.
 */
final class Rings {
  private Rings() {}

  /**
   * The successors of each member: on each ring the next one that is not among them already.
   *
   * @param names without duplicates, in the order in which the successors are wanted
   * @param rings 1 or more
   * @return indices into {@code names}; {@code rings} of them, or all others if there are fewer
   */
  static int[][] successors(List<String> names, int rings) {
    int size = names.size();
    int degree = Math.min(rings, size - 1);
    int[][] successors = new int[size][Math.max(0, degree)];
    long[] hashes = names.stream().mapToLong(NameHash::of).toArray();
    for (int ring = 0; ring < degree; ring++) {
      Integer[] order = order(names, hashes, ring);
      for (int position = 0; position < size; position++) {
        int member = order[position];
        int next = (position + 1) % size;
        while (order[next] == member || has(successors[member], ring, order[next])) {
          next = (next + 1) % size;
        }
        successors[member][ring] = order[next];
      }
    }
    return successors;
  }

  /** The names that follow one on the rings; empty if it is not among them. */
  static List<String> successors(Collection<String> members, String name, int rings) {
    List<String> names = members.stream().sorted().toList();
    int index = names.indexOf(name);
    if (index < 0) {
      return List.of();
    }
    List<String> successors = new ArrayList<>();
    for (int successor : successors(names, rings)[index]) {
      successors.add(names.get(successor));
    }
    return successors;
  }

  private static Integer[] order(List<String> names, long[] hashes, int ring) {
    long[] places = new long[hashes.length];
    Integer[] order = new Integer[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      places[i] = NameHash.of(ring, hashes[i]);
      order[i] = i;
    }
    java.util.Arrays.sort(
        order, Comparator.<Integer>comparingLong(i -> places[i]).thenComparing(names::get));
    return order;
  }

  private static boolean has(int[] successors, int count, int member) {
    for (int i = 0; i < count; i++) {
      if (successors[i] == member) {
        return true;
      }
    }
    return false;
  }
}
