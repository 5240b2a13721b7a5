package dev.echomesh.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * Tells which event loops are blocked: those that were asked for a sign of life and have not given
 * it. Vert.x's own checker sees only what runs in a Vert.x handler, not what a socket's pipeline
 * does.
 *
 * <p>{@link #look} is for one thread; signs of life come on the loops'.
 */
final class LoopWatch {
  private final long limitNanos;
  private final List<Loop> loops;

  private static final class Loop {
    private final Executor executor;
    private volatile String thread;
    private volatile boolean answered = true;
    private long askedNanos;
    private boolean blocked;
    private String reportedAs = "";

    Loop(Executor executor, int number) {
      this.executor = executor;
      // until it has told its own name
      this.thread = "number " + number;
    }

    void ask(long nowNanos) {
      answered = false;
      askedNanos = nowNanos;
      executor.execute(
          () -> {
            thread = Thread.currentThread().getName();
            answered = true;
          });
    }
  }

  /**
   * What became of a loop since the look before.
   *
   * @param thread its name, the same for both changes of a block
   * @param blocked whether it is now, or is no more
   */
  record Change(String thread, boolean blocked) {}

  /**
   * Watches loops.
   *
   * @param limitNanos how long a loop may take to give a sign of life
   */
  LoopWatch(List<? extends Executor> loops, long limitNanos) {
    this.limitNanos = limitNanos;
    this.loops = IntStream.range(0, loops.size()).mapToObj(i -> new Loop(loops.get(i), i)).toList();
  }

  /** Asks every loop that has answered, and returns what has changed. */
  List<Change> look(long nowNanos) {
    List<Change> changes = new ArrayList<>();
    for (Loop loop : loops) {
      if (loop.answered) {
        if (loop.blocked) {
          loop.blocked = false;
          changes.add(new Change(loop.reportedAs, false));
        }
        loop.ask(nowNanos);
      } else if (!loop.blocked && nowNanos - loop.askedNanos >= limitNanos) {
        loop.blocked = true;
        loop.reportedAs = loop.thread;
        changes.add(new Change(loop.reportedAs, true));
      }
    }
    return changes;
  }
}
