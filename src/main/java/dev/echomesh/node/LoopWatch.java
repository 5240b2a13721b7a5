package dev.echomesh.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells which event loops are blocked: those that were asked for a sign of life and have not given
 * it. Vert.x's own checker sees only what runs in a Vert.x handler, not what a socket's pipeline
 * does, so it is switched off for event loops. For how long the watch itself could not look, as
 * when the whole machine stood still, no loop is blamed.
 *
 * <p>{@link #look} is for one thread; signs of life come on the loops'.
 */
final class LoopWatch {
  private static final Pattern OF_THE_JDK = Pattern.compile("(java|jdk|sun)\\..*");

  private final long limitNanos;
  private final long pauseNanos;
  private final List<Loop> loops;
  private long lookedNanos;

  private static final class Loop {
    private final Executor executor;
    private final int number;
    private volatile @Nullable Thread thread;
    private volatile boolean answered = true;
    private long askedNanos;
    private boolean blocked;
    private String reportedAs = "";

    Loop(Executor executor, int number) {
      this.executor = executor;
      this.number = number;
    }

    void ask(long nowNanos) {
      answered = false;
      askedNanos = nowNanos;
      executor.execute(
          () -> {
            thread = Thread.currentThread();
            answered = true;
          });
    }

    String name() {
      Thread known = thread;
      return known == null ? "number " + number : known.getName();
    }

    /** The method that it is in, the JDK's own left out where it can be; empty if not known. */
    String where() {
      Thread known = thread;
      List<StackTraceElement> stack = known == null ? List.of() : List.of(known.getStackTrace());
      return stack.stream()
          .filter(frame -> !OF_THE_JDK.matcher(frame.getClassName()).matches())
          .findFirst()
          .or(() -> stack.stream().findFirst())
          .map(
              frame ->
                  "%s.%s(%s:%d)"
                      .formatted(
                          frame.getClassName(),
                          frame.getMethodName(),
                          frame.getFileName(),
                          frame.getLineNumber()))
          .orElse("");
    }
  }

  /**
   * What became of a loop since the look before.
   *
   * @param thread its name, the same for both changes of a block
   * @param blocked whether it is now, or is no more
   * @param where the method that it is blocked in; empty if not known
   */
  record Change(String thread, boolean blocked, String where) {}

  /**
   * Watches loops.
   *
   * @param limitNanos how long a loop may take to give a sign of life
   * @param pauseNanos between two looks
   * @param nowNanos the time of {@link #look}
   */
  LoopWatch(List<? extends Executor> loops, long limitNanos, long pauseNanos, long nowNanos) {
    this.limitNanos = limitNanos;
    this.pauseNanos = pauseNanos;
    this.lookedNanos = nowNanos;
    this.loops = IntStream.range(0, loops.size()).mapToObj(i -> new Loop(loops.get(i), i)).toList();
  }

  /** Asks every loop that has answered, and returns what has changed. */
  List<Change> look(long nowNanos) {
    long late = Math.max(0, nowNanos - lookedNanos - pauseNanos);
    lookedNanos = nowNanos;
    List<Change> changes = new ArrayList<>();
    for (Loop loop : loops) {
      loop.askedNanos += late;
      if (loop.answered) {
        if (loop.blocked) {
          loop.blocked = false;
          changes.add(new Change(loop.reportedAs, false, ""));
        }
        loop.ask(nowNanos);
      } else if (!loop.blocked && nowNanos - loop.askedNanos >= limitNanos) {
        loop.blocked = true;
        loop.reportedAs = loop.name();
        changes.add(new Change(loop.reportedAs, true, loop.where()));
      }
    }
    return changes;
  }
}
