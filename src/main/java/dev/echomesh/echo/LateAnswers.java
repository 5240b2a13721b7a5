package dev.echomesh.echo;

import dev.echomesh.wire.LoopTimer;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Answers that wait for their time, in the order in which they go out. Event loop only. */
final class LateAnswers {
  private final Lateness lateness;
  private final LoopTimer timer;
  private final Receiver receiver;
  private final Deque<Late> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean timed;

  /** Null bytes stand for the end of the answers. */
  private record Late(long atNanos, @Nullable Buffer bytes) {}

  /** Who sends them. */
  interface Receiver {
    /** The time of an answer has come. */
    void due(Buffer bytes);

    /** All answers before the end have been due. */
    void endDue();

    /** Whether nothing can be sent any more, so that nothing need wait. */
    boolean isEnded();

    /** What was due by now has been told. */
    void idle();
  }

  LateAnswers(Lateness lateness, LoopTimer timer, Receiver receiver) {
    this.lateness = lateness;
    this.timer = timer;
    this.receiver = receiver;
  }

  void add(Buffer answer) {
    bytes += answer.length();
    add(new Late(lateness.next(System.nanoTime(), answer.length()), answer));
  }

  /** After everything that was added. */
  void addEnd() {
    add(new Late(lateness.next(System.nanoTime(), 0), null));
  }

  /** Bytes that wait. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void clear() {
    waiting.clear();
    bytes = 0;
  }

  private void add(Late late) {
    waiting.add(late);
    if (!timed) {
      tellDue();
    }
  }

  private void tellDue() {
    long now = System.nanoTime();
    while (!waiting.isEmpty() && waiting.element().atNanos - now <= 0 && !receiver.isEnded()) {
      Late due = waiting.remove();
      if (due.bytes == null) {
        receiver.endDue();
      } else {
        bytes -= due.bytes.length();
        receiver.due(due.bytes);
      }
    }
    if (receiver.isEnded()) {
      clear();
    } else if (!waiting.isEmpty()) {
      timed = true;
      timer.at(
          waiting.element().atNanos,
          () -> {
            timed = false;
            tellDue();
          });
    }
    receiver.idle();
  }
}
