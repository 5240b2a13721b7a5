package dev.echomesh.echo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells for how long a client has taken nothing of what is kept for it, as far as calls tell, and
 * whether it has to go for that. Not thread-safe.
 */
final class StallWatch {
  /** How long a client may take nothing while the node keeps too much. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What is kept for a client. */
  enum Kept {
    NOTHING,
    /** The beginning of a record, which cannot be answered yet. */
    RECORD,
    /** Echoes that the client's system has not taken. */
    ECHOES
  }

  private final long timeoutNanos;
  private Kept kept = Kept.NOTHING;
  private long sent;
  private long queued;
  private long sinceNanos;

  /**
   * A watch that was never asked.
   *
   * @param timeout for how long a client may take nothing of its echoes; zero for ever
   */
  StallWatch(Duration timeout) {
    this.timeoutNanos = timeout.toNanos();
  }

  /**
   * Nanoseconds since something of it was taken last, or since the kind of what is kept changed; 0
   * if nothing is kept.
   *
   * @param sentNow bytes sent so far
   * @param queuedNow bytes that wait for the kernel; over TLS this moves where the former does not
   */
  long stalledNanos(Kept keptNow, long sentNow, long queuedNow, long nowNanos) {
    if (keptNow != kept || keptNow == Kept.NOTHING || sentNow > sent || queuedNow < queued) {
      sinceNanos = nowNanos;
    }
    kept = keptNow;
    sent = sentNow;
    queued = queuedNow;
    return nowNanos - sinceNanos;
  }

  /**
   * What a client has to go for, null if it may stay.
   *
   * @param stalledNanos what {@link #stalledNanos} said last
   * @param tooMuch whether the node keeps more than configured
   */
  @Nullable Ending ending(long stalledNanos, boolean tooMuch) {
    if (kept == Kept.ECHOES && timeoutNanos > 0 && stalledNanos >= timeoutNanos) {
      return Ending.STALLED;
    }
    return tooMuch && stalledNanos >= PATIENCE_NANOS ? Ending.MAX_BUFFERED : null;
  }
}
