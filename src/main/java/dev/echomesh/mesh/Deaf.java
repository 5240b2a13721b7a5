package dev.echomesh.mesh;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Members that are in the cluster and still take no messages on the event bus, for longer than the
 * cluster takes to lose a dead one or to put partitions together. Not safe for threads.
 */
final class Deaf {
  static final Duration PATIENCE = Duration.ofSeconds(45);

  private final Map<String, Since> members = new HashMap<>();

  private record Since(long nanos, boolean isTold) {}

  /** A message did not get to a member; true if that is to be told now. */
  boolean unheard(String name, long nanos) {
    Since since = members.computeIfAbsent(name, first -> new Since(nanos, false));
    if (since.isTold || nanos - since.nanos < PATIENCE.toNanos()) {
      return false;
    }
    members.put(name, new Since(since.nanos, true));
    return true;
  }

  /** One did; true if it had been told that none does. */
  boolean heard(String name) {
    Since since = members.remove(name);
    return since != null && since.isTold;
  }

  /** Forgets all others. */
  void retain(Collection<String> names) {
    members.keySet().retainAll(names);
  }
}
