package dev.echomesh.mesh;

import dev.echomesh.bus.MeshChange;
import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.PathState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rows of all nodes together to the matrix, and remembers for how long it has seen what in
 * it. Not safe for threads.
 */
final class MatrixView {
  private static final int CHANGES = 50;

  private final String self;
  private final String cluster;
  private final long settleNanos;
  private final Map<List<String>, Long> brokenSince = new HashMap<>();
  private final Map<String, Down> down = new HashMap<>();

  /**
   * A view.
   *
   * @param settleNanos how long a path has to be broken before it is said to be the only one
   */
  MatrixView(String self, String cluster, long settleNanos) {
    this.self = self;
    this.cluster = cluster;
    this.settleNanos = settleNanos;
  }

  private record Down(Instant since) {}

  /**
   * The matrix of now.
   *
   * @param nodes that the mesh is made of
   * @param lists whom each of them is to probe
   * @param rows what they tell
   * @param silent whose rows are too old
   * @param newsAt when something new was heard of a node, on the clock of {@code nanos}; null if
   *     never
   * @param nanos of any one monotonic clock
   */
  MeshMatrix build(
      Collection<MeshNode> nodes,
      Map<String, List<String>> lists,
      Collection<Row> rows,
      Set<String> silent,
      Function<String, @Nullable Long> newsAt,
      Instant at,
      long nanos) {
    Map<String, Row> rowOf = new HashMap<>();
    rows.forEach(row -> rowOf.put(row.owner(), row));
    List<MeshPath> paths = new ArrayList<>();
    List<MeshChange> changes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    nodes.forEach(node -> names.add(node.name()));
    for (MeshNode node : nodes) {
      Row row = rowOf.get(node.name());
      paths.addAll(paths(node, lists, row, names, silent.contains(node.name())));
      if (row != null) {
        changes.addAll(row.changes());
      }
    }
    remember(paths, nanos);
    List<MeshFinding> findings =
        Diagnosis.of(
            nodes,
            silent,
            paths,
            path -> hasSettled(path, nanos),
            name -> name.equals(self) || isHeardOf(name, newsAt.apply(name)));
    changes.sort(Comparator.comparing(MeshChange::at).reversed());
    return new MeshMatrix(
        self,
        cluster,
        at,
        summary(paths),
        findings,
        nodes(nodes, rowOf, findings, at),
        paths,
        changes.subList(0, Math.min(CHANGES, changes.size())));
  }

  private static List<MeshPath> paths(
      MeshNode node,
      Map<String, List<String>> lists,
      @Nullable Row row,
      Set<String> names,
      boolean isSilent) {
    Map<String, MeshPath> paths = new TreeMap<>();
    if (node.state() != MeshNode.State.LEAVING) {
      for (String target : lists.getOrDefault(node.name(), List.of())) {
        paths.put(target, MeshPath.unknown(node.name(), target, node.since()));
      }
    }
    if (row != null) {
      for (MeshPath path : row.paths()) {
        if (path.isPlain() || names.contains(path.to())) {
          Instant since = path.updatedAt() == null ? path.since() : path.updatedAt();
          paths.put(path.to(), isSilent ? path.in(PathState.STALE, since) : path);
        }
      }
    }
    return List.copyOf(paths.values());
  }

  private void remember(List<MeshPath> paths, long nanos) {
    Set<List<String>> broken = new HashSet<>();
    for (MeshPath path : paths) {
      if (path.state().isBroken()) {
        List<String> pair = List.of(path.from(), path.to());
        broken.add(pair);
        brokenSince.putIfAbsent(pair, nanos);
      }
    }
    brokenSince.keySet().retainAll(broken);
  }

  /** Whether a path is broken of which it cannot be said yet that it is the only one. */
  boolean isSettling(long nanos) {
    return brokenSince.values().stream().anyMatch(since -> nanos - since < settleNanos);
  }

  private boolean hasSettled(MeshPath path, long nanos) {
    return nanos - brokenSince.getOrDefault(List.of(path.from(), path.to()), nanos) >= settleNanos;
  }

  /** What a node told before it died says nothing of it now. */
  private boolean isHeardOf(String name, @Nullable Long newsAt) {
    if (newsAt == null) {
      return false;
    }
    long news = newsAt;
    return brokenSince.entrySet().stream()
        .filter(broken -> broken.getKey().get(1).equals(name))
        .allMatch(broken -> news - broken.getValue() > 0);
  }

  private List<MeshNode> nodes(
      Collection<MeshNode> nodes, Map<String, Row> rows, List<MeshFinding> findings, Instant at) {
    Set<String> downNow = new HashSet<>();
    for (MeshFinding finding : findings) {
      if (finding.kind() == MeshFinding.Kind.TARGET_DOWN) {
        downNow.addAll(finding.subjects());
      }
    }
    down.keySet().retainAll(downNow);
    downNow.forEach(name -> down.putIfAbsent(name, new Down(at)));
    List<MeshNode> judged = new ArrayList<>();
    for (MeshNode node : nodes) {
      Row row = rows.get(node.name());
      MeshNode told = row == null ? node : node.slowed(row.slowed());
      Down since = down.get(node.name());
      judged.add(since == null ? told : told.in(MeshNode.State.DOWN, since.since()));
    }
    return judged;
  }

  private static String summary(List<MeshPath> paths) {
    Map<PathState, Long> states = new EnumMap<>(PathState.class);
    paths.forEach(path -> states.merge(path.state(), 1L, Long::sum));
    long ok = states.getOrDefault(PathState.OK, 0L);
    if (paths.isEmpty()) {
      return "nothing is probed";
    }
    String what = paths.size() == 1 ? "sampled path is" : "sampled paths are";
    if (ok == paths.size()) {
      return paths.size() == 1
          ? "the only sampled path is ok"
          : "all %d sampled paths are ok".formatted(ok);
    }
    states.remove(PathState.OK);
    List<String> others = new ArrayList<>();
    states.forEach((state, count) -> others.add(count + " " + state.key()));
    return "%d of %d %s ok: %s".formatted(ok, paths.size(), what, String.join(", ", others));
  }
}
