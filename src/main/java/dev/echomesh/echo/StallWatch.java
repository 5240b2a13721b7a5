package dev.echomesh.echo;

/**
 * Tells for how long a client has taken nothing of what is kept for it, as far as calls tell. Not
 * thread-safe.
 */
final class StallWatch {
  /** What is kept for a client. */
  enum Kept {
    NOTHING,
    /** The beginning of a record, which cannot be answered yet. */
    RECORD,
    /** Echoes that the client's system has not taken. */
    ECHOES
  }

  private Kept kept = Kept.NOTHING;
  private long sent;
  private long queued;
  private long sinceNanos;

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
}
