package dev.echomesh.mesh;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When to probe which path, within a fixed budget. A path that fails has {@value #HASTE} times the
 * share of a healthy one; if that exceeds the budget, all get less. Where a probe is late, a second
 * one goes out beside it, so that a path on which everything is lost is known to be down before one
 * probe after the other has timed out. Paths start at a random phase and every interval has its own
 * jitter, so that nodes never probe in step.
 *
 * <p>Times are nanoseconds of any one monotonic clock. Not safe for threads.
 *
 * @param <K> names a path
 */
final class ProbeSchedule<K> {
  /** How much sooner a path that fails is probed again. */
  static final int HASTE = 4;

  /** Probes of a path under way at the same time. */
  static final int MOST_UNDER_WAY = 2;

  private static final double JITTER = 0.2;

  private final ProbeBudget budget;
  private final DoubleSupplier random;
  private final Map<K, Item<K>> items = new HashMap<>();
  private final PriorityQueue<Item<K>> queue =
      new PriorityQueue<>((a, b) -> Long.compare(a.due - b.due, 0));
  private double slowness = 1;
  private double stretch = 1;
  private long free;
  private boolean begun;

  /**
   * A schedule without paths.
   *
   * @param random in [0, 1)
   */
  ProbeSchedule(ProbeBudget budget, DoubleSupplier random) {
    this.budget = budget;
    this.random = random;
  }

  /**
   * A path to probe.
   *
   * @param everyNanos from one probe to the next while it is healthy and the budget suffices
   * @param lateNanos after which a probe without an answer is late; 0 if there can be no second one
   * @param bytes sent by one probe, on average
   */
  record Path<K>(K key, long everyNanos, long lateNanos, long bytes) {}

  /** Has exactly these paths from now on. Those it had keep their time. */
  void follow(Collection<Path<K>> paths, long now) {
    Set<K> kept = new HashSet<>();
    for (Path<K> path : paths) {
      kept.add(path.key());
      Item<K> item = items.get(path.key());
      if (item == null) {
        item = new Item<>(path);
        items.put(path.key(), item);
        item.due = now + (long) (random.getAsDouble() * path.everyNanos());
        queue.add(item);
      }
      item.path = path;
    }
    items.keySet().retainAll(kept);
    queue.removeIf(item -> !items.containsKey(item.path.key()));
    balance();
  }

  /** Forgets a path and its probes under way; one of this name that follows begins anew. */
  void forget(K key) {
    Item<K> item = items.remove(key);
    if (item != null) {
      queue.remove(item);
      balance();
    }
  }

  /** Says whether a path fails. */
  void hasten(K key, boolean failing) {
    Item<K> item = items.get(key);
    if (item != null && item.failing != failing) {
      item.failing = failing;
      balance();
    }
  }

  /** Stretches all intervals. 1: not at all. */
  void slow(double factor) {
    slowness = factor;
    balance();
  }

  /** When {@link #next} has something; null while nothing waits. */
  @Nullable Long nextDue() {
    Item<K> first = queue.peek();
    if (first == null) {
      return null;
    }
    return begun && free - first.due > 0 ? free : first.due;
  }

  /**
   * The path to probe now; each probe of it must be told to be {@link #done}. Null if it is too
   * early.
   */
  @Nullable K next(long now) {
    Item<K> first = queue.peek();
    if (first == null || first.due - now > 0 || (begun && free - now > 0)) {
      return null;
    }
    queue.poll();
    first.fired = now;
    first.underWay++;
    if (first.underWay < MOST_UNDER_WAY && first.path.lateNanos() > 0) {
      first.due = now + (long) (first.path.lateNanos() * slowness);
      queue.add(first);
    }
    begun = true;
    free = now + (long) (1e9 * cost(first.path));
    return first.path.key();
  }

  /** A probe of a path has ended; it becomes due again. */
  void done(K key, long now) {
    Item<K> item = items.get(key);
    if (item != null && item.underWay > 0) {
      item.underWay--;
      queue.remove(item);
      double jitter = 1 + JITTER * (2 * random.getAsDouble() - 1);
      long interval = (long) (item.interval() * stretch * jitter);
      item.due = Math.max(now, item.fired + interval);
      queue.add(item);
    }
  }

  /** By how much intervals are longer than wished, for want of budget or CPU. */
  double stretch() {
    return stretch;
  }

  private void balance() {
    double demand = 0;
    for (Item<K> item : items.values()) {
      demand += cost(item.path) * 1e9 / item.interval();
    }
    stretch = slowness * Math.max(1, demand);
  }

  /** The time that one probe takes the whole budget for, in seconds. */
  private double cost(Path<K> path) {
    return Math.max(1 / budget.probesPerSecond(), path.bytes() / budget.bytesPerSecond());
  }

  private static final class Item<K> {
    private Path<K> path;
    private long due;
    private long fired;
    private int underWay;
    private boolean failing;

    Item(Path<K> path) {
      this.path = path;
    }

    double interval() {
      return (double) path.everyNanos() / (failing ? HASTE : 1);
    }
  }
}
