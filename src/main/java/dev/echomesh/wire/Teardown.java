package dev.echomesh.wire;

import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * How far a connection has ended and what of. The peer's end is told once, and not any more when
 * the connection has failed or is gone. Not thread-safe.
 */
final class Teardown {
  private final boolean tls;
  private boolean closeNotify;
  private boolean peerEnded;
  private boolean closed;
  private @Nullable Throwable failure;

  /**
   * Of a connection on which nothing has ended.
   *
   * @param tls whether the peer shall say close_notify before its FIN
   */
  Teardown(boolean tls) {
    this.tls = tls;
  }

  /** The peer's close_notify came; returns the end to be told, null for none. */
  @Nullable PeerEnd closeNotify() {
    closeNotify = true;
    return peerEnd(PeerEnd.ORDERLY);
  }

  /**
   * The peer's FIN came; returns the end to be told, null for none.
   *
   * @param secured whether it came after a handshake; before there is nothing to be cut off
   */
  @Nullable PeerEnd fin(boolean secured) {
    return peerEnd(tls && secured && !closeNotify ? PeerEnd.TRUNCATED : PeerEnd.ORDERLY);
  }

  private @Nullable PeerEnd peerEnd(PeerEnd end) {
    if (peerEnded || isOver()) {
      return null;
    }
    peerEnded = true;
    return end;
  }

  /** Something went wrong; returns whether nothing had before. */
  boolean failed(Throwable cause) {
    if (isOver()) {
      return false;
    }
    // that the channel is closed is no cause; what closed it is
    failure = cause instanceof ClosedChannelException ? null : cause;
    return true;
  }

  /** The connection is gone. */
  void closed() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** What went wrong first; null if nothing did. */
  @Nullable Throwable failure() {
    return failure;
  }

  private boolean isOver() {
    return failure != null || closed;
  }
}
