package dev.echomesh.mesh;

import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.PathState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What fresh probes between nodes say, from both ends. Unsampled, unknown and stale say nothing.
 */
final class Evidence {
  /** Somebody or something there answered, and nobody listens. */
  private static final Set<Outcome> NOBODY_LISTENS =
      Set.of(Outcome.REFUSED, Outcome.CLOSED, Outcome.RESET);

  private final Map<String, List<MeshPath>> from = new TreeMap<>();
  private final Map<String, List<MeshPath>> to = new TreeMap<>();

  /** Of the paths between these nodes. */
  Evidence(Collection<MeshPath> paths, Set<String> nodes) {
    for (MeshPath path : paths) {
      boolean fresh = isSound(path) || isBroken(path);
      if (fresh && nodes.contains(path.from()) && nodes.contains(path.to())) {
        from.computeIfAbsent(path.from(), name -> new ArrayList<>()).add(path);
        to.computeIfAbsent(path.to(), name -> new ArrayList<>()).add(path);
      }
    }
  }

  static boolean isSound(MeshPath path) {
    return path.state() == PathState.OK || path.state() == PathState.DEGRADED;
  }

  static boolean isBroken(MeshPath path) {
    return path.state().isBroken();
  }

  /** Paths that a node probes. */
  List<MeshPath> from(String node) {
    return from.getOrDefault(node, List.of());
  }

  /** Paths on which a node is probed. */
  List<MeshPath> to(String node) {
    return to.getOrDefault(node, List.of());
  }

  /** All paths. */
  List<MeshPath> all() {
    return from.values().stream().flatMap(List::stream).toList();
  }

  /** Whether there are any, every one is broken, and at least one is down altogether. */
  static boolean allBroken(List<MeshPath> paths) {
    return paths.stream().allMatch(Evidence::isBroken)
        && paths.stream().anyMatch(path -> path.state() == PathState.DOWN);
  }

  /** Whether all of them fail because nobody listens at the other end. */
  static boolean nobodyListens(List<MeshPath> paths) {
    return allBroken(paths)
        && paths.stream()
            .allMatch(
                path -> path.lastOutcome() != null && NOBODY_LISTENS.contains(path.lastOutcome()));
  }
}
