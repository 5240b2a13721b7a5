package dev.echomesh.echo;

import java.time.Duration;

/** Tells whether a connection has been without traffic for its idle timeout. Not thread-safe. */
final class IdleWatch {
  private final Duration timeout;
  private long movedSeen = -1;
  private long queuedSeen;
  private long progressSeenNanos;

  /**
   * A watch that was never asked.
   *
   * @param timeout zero for none
   */
  IdleWatch(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Whether nothing has changed for the timeout, as far as calls of this tell.
   *
   * @param moved bytes that have moved either way
   * @param queued bytes that wait for the kernel; over TLS this moves where the former does not
   */
  boolean isIdle(long moved, long queued, long nowNanos) {
    if (timeout.isZero()) {
      return false;
    }
    if (moved != movedSeen || queued != queuedSeen) {
      movedSeen = moved;
      queuedSeen = queued;
      progressSeenNanos = nowNanos;
    }
    return nowNanos - progressSeenNanos >= timeout.toNanos();
  }
}
