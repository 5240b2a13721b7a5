package dev.echomesh.mesh;

import dev.echomesh.bus.MeshChange;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.MeshRow;
import dev.echomesh.bus.PathState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One node's own view of its paths, in versions: the owner makes a new one with every change, all
 * others follow. What changed since any version can be told, as long as it is not older than the
 * last {@value #CHANGES} changes of states; of these the others are forgotten, the states
 * themselves never are. Not safe for threads.
 */
final class Row {
  static final int CHANGES = 50;

  private final String owner;
  private long epoch;
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Deque<Dated> changes = new ArrayDeque<>();
  private long version;
  private long targetsVersion;
  private boolean slowed;

  /** A row without paths, of version 0. */
  Row(String owner, long epoch) {
    this.owner = owner;
    this.epoch = epoch;
  }

  private record Entry(long version, MeshPath path) {}

  private record Dated(long version, MeshChange change) {}

  String owner() {
    return owner;
  }

  long epoch() {
    return epoch;
  }

  long version() {
    return version;
  }

  boolean slowed() {
    return slowed;
  }

  List<MeshPath> paths() {
    return entries.values().stream().map(Entry::path).toList();
  }

  /** Changes of states, the oldest first. */
  List<MeshChange> changes() {
    return changes.stream().map(Dated::change).toList();
  }

  // what only the owner does

  /** Counts what is known as of another life, which must be later than the present one. */
  void begin(long later) {
    epoch = later;
  }

  /** Says that the owner lives. */
  void beat() {
    version++;
  }

  void slowed(boolean isSlowed) {
    version++;
    slowed = isSlowed;
  }

  /** Puts a path in place of what was known of it, and remembers a change of its state. */
  void put(MeshPath path) {
    version++;
    Entry old = entries.put(path.to(), new Entry(version, path));
    if (old == null) {
      targetsVersion = version;
    } else if (old.path.state() != path.state() && !isBeginning(old.path.state(), path.state())) {
      remember(
          new Dated(
              version,
              new MeshChange(
                  path.since(), path.from(), path.to(), old.path.state(), path.state())));
    }
  }

  /** Forgets the paths to all others. */
  void retain(Collection<String> targets) {
    if (entries.keySet().retainAll(new HashSet<>(targets))) {
      version++;
      targetsVersion = version;
    }
  }

  // what everybody does

  /** The difference between a version and the present one. */
  MeshRow since(long base) {
    return new MeshRow(
        owner,
        epoch,
        base,
        version,
        slowed,
        targetsVersion > base ? List.copyOf(entries.keySet()) : null,
        entries.values().stream().filter(e -> e.version > base).map(Entry::path).toList(),
        changes.stream().filter(c -> c.version > base).map(Dated::change).toList());
  }

  /**
   * Takes a difference; false if it does not connect to what is known. One that leads to nothing
   * newer is taken as well, and changes nothing.
   */
  boolean take(MeshRow difference) {
    if (difference.version() <= version) {
      return true;
    }
    if (difference.base() > version) {
      return false;
    }
    version = difference.version();
    slowed = difference.slowed();
    for (MeshPath path : difference.paths()) {
      if (path.from().equals(owner)) {
        entries.put(path.to(), new Entry(version, path));
      }
    }
    List<String> targets = difference.targets();
    if (targets != null) {
      Set<String> kept = new HashSet<>(targets);
      entries.keySet().retainAll(kept);
      targetsVersion = version;
    }
    List<MeshChange> known = new ArrayList<>(changes());
    for (MeshChange change : difference.changes()) {
      if (!known.contains(change)) {
        remember(new Dated(version, change));
      }
    }
    return true;
  }

  /** That a path works from the first is no news. */
  private static boolean isBeginning(PathState was, PathState state) {
    return was == PathState.UNKNOWN && state == PathState.OK;
  }

  private void remember(Dated change) {
    if (changes.size() == CHANGES) {
      changes.removeFirst();
    }
    changes.addLast(change);
  }
}
