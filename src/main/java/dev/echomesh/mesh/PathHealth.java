package dev.echomesh.mesh;

import dev.echomesh.bus.PathState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The state of a path, which takes more than one probe to change, and more to become better than
 * worse. Of the latest {@value #LATEST} probes:
 *
 * <ul>
 *   <li>down: the last {@value #DOWN} failed; until the last {@value #UP} did not
 *   <li>failing: {@value #FAILING} failed; until at most one has
 *   <li>degraded: {@value #DEGRADED} failed or were impaired; until none has
 * </ul>
 */
final class PathHealth {
  static final int LATEST = 10;
  static final int DOWN = 4;
  static final int UP = 2;
  static final int FAILING = 3;
  static final int DEGRADED = 2;

  private final Deque<Grade> latest = new ArrayDeque<>(LATEST);
  private PathState state = PathState.UNKNOWN;
  private Instant since;

  PathHealth(Instant since) {
    this.since = since;
  }

  /** Takes what a probe said; true if the state has changed by it. */
  boolean add(Grade grade, Instant at) {
    if (latest.size() == LATEST) {
      latest.removeLast();
    }
    latest.addFirst(grade);
    PathState next = next();
    if (next == state) {
      return false;
    }
    state = next;
    since = at;
    return true;
  }

  PathState state() {
    return state;
  }

  /** Whether the next probe will tell more than usual: not all is well, or the latest failed. */
  boolean isSuspect() {
    return latest.peekFirst() == Grade.FAILED
        || (state != PathState.OK && state != PathState.UNKNOWN);
  }

  Instant since() {
    return since;
  }

  private PathState next() {
    if (run(true) >= DOWN) {
      return PathState.DOWN;
    }
    if (state == PathState.DOWN && run(false) < UP) {
      return PathState.DOWN;
    }
    if (state == PathState.UNKNOWN && run(true) == latest.size() && latest.size() < FAILING) {
      return PathState.UNKNOWN;
    }
    long failed = latest.stream().filter(grade -> grade == Grade.FAILED).count();
    long bad = latest.stream().filter(grade -> grade != Grade.GOOD).count();
    boolean wasFailing = state.isBroken();
    if (failed >= FAILING || (wasFailing && failed > 1)) {
      return PathState.FAILING;
    }
    boolean wasBad = wasFailing || state == PathState.DEGRADED;
    return bad >= DEGRADED || (wasBad && bad > 0) ? PathState.DEGRADED : PathState.OK;
  }

  /** How many of the latest probes in a row failed, or did not. */
  private int run(boolean failed) {
    int run = 0;
    for (Grade grade : latest) {
      if ((grade == Grade.FAILED) != failed) {
        break;
      }
      run++;
    }
    return run;
  }
}
