package dev.echomesh.echo;

import java.time.Duration;

/** Tells whether a connection has been without traffic for its idle timeout. Not thread-safe. */
final class IdleWatch {
  private final Duration timeout;
  private long progressSeen = -1;
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
   * Whether the count has been the same for the timeout, as far as calls of this tell.
   *
   * @param progress bytes that have moved either way
   */
  boolean isIdle(long progress, long nowNanos) {
    if (timeout.isZero()) {
      return false;
    }
    if (progress != progressSeen) {
      progressSeen = progress;
      progressSeenNanos = nowNanos;
    }
    return nowNanos - progressSeenNanos >= timeout.toNanos();
  }
}
