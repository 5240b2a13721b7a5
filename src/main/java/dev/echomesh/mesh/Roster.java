package dev.echomesh.mesh;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.MeshNode;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that the mesh is made of: the members of the cluster, and those that it lost without a
 * word, for a while. A lost one is probed on, because only that tells a dead node from one that the
 * cluster's own connections do not reach. Not safe for threads.
 */
final class Roster {
  private final String self;
  private final long forgetAfterNanos;
  private final Map<String, Known> nodes = new TreeMap<>();

  /**
   * A roster without nodes.
   *
   * @param self the name of this node
   * @param forgetAfterNanos for how long a lost node is remembered
   */
  Roster(String self, long forgetAfterNanos) {
    this.self = self;
    this.forgetAfterNanos = forgetAfterNanos;
  }

  private record Known(Member member, MeshNode.State state, Instant since, long sinceNanos) {
    boolean isLost() {
      return state == MeshNode.State.LOST;
    }
  }

  /**
   * Takes the members of the cluster as they are now.
   *
   * @param nanos of any one monotonic clock
   */
  void follow(Collection<Member> members, Instant at, long nanos) {
    Map<String, Member> present = new HashMap<>();
    members.forEach(member -> present.put(member.name(), member));
    for (Known known : List.copyOf(nodes.values())) {
      String name = known.member.name();
      if (!present.containsKey(name) && !known.isLost()) {
        if (known.state == MeshNode.State.LEAVING) {
          nodes.remove(name);
        } else {
          nodes.put(name, new Known(known.member, MeshNode.State.LOST, at, nanos));
        }
      }
    }
    for (Member member : present.values()) {
      MeshNode.State state =
          member.state() == MemberState.LEAVING ? MeshNode.State.LEAVING : MeshNode.State.UP;
      Known known = nodes.get(member.name());
      long since = known == null || known.isLost() ? nanos : known.sinceNanos;
      nodes.put(member.name(), new Known(member, state, member.since(), since));
    }
  }

  /** Forgets who has been lost for long enough; true if there was one. */
  boolean forget(long nanos) {
    return nodes
        .values()
        .removeIf(known -> known.isLost() && nanos - known.sinceNanos >= forgetAfterNanos);
  }

  /**
   * Whether this node sees less than half of the nodes that it remembers: then it is probably the
   * one that is cut off, and what it finds about the others says little.
   */
  boolean isIsolated() {
    long lost = nodes.values().stream().filter(Known::isLost).count();
    return nodes.containsKey(self) && 2 * (nodes.size() - lost) < nodes.size();
  }

  /** Every node, lost ones among them, by name. */
  List<MeshNode> nodes() {
    return nodes.values().stream()
        .map(
            known ->
                new MeshNode(
                    known.member.name(),
                    known.member.zone(),
                    known.member.rack(),
                    known.member.host(),
                    known.member.version(),
                    known.state,
                    known.since,
                    false))
        .toList();
  }

  /** Members of the cluster, without those that it lost. */
  List<String> present() {
    return nodes.entrySet().stream()
        .filter(each -> !each.getValue().isLost())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How others reach a node; null if it is not known. */
  @Nullable Member member(String name) {
    Known known = nodes.get(name);
    return known == null ? null : known.member;
  }

  /** When a node came into sight, or was lost; null if it is not known. */
  @Nullable Long sinceNanos(String name) {
    Known known = nodes.get(name);
    return known == null ? null : known.sinceNanos;
  }

  /** What the choice of probers depends on. Those that leave are not probed any more. */
  List<Place> places() {
    return nodes.values().stream()
        .filter(known -> known.state != MeshNode.State.LEAVING)
        .map(known -> new Place(known.member.name(), known.member.zone()))
        .toList();
  }
}
