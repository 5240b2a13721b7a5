package dev.echomesh.wire;

import org.jspecify.annotations.Nullable;

/** What happens on a {@link TcpSocket}; called on its event loop, in the order of the wire. */
public interface SocketListener {
  /** TLS has been agreed on; not called for plain TCP. */
  default void secured() {}

  /** Asked before each read: whether to take in no more than 2 KiB at a time. */
  default boolean readsSparingly() {
    return false;
  }

  /** Bytes arrived; the chunk is the listener's from now on. Can come once more after a pause. */
  void received(Chunk chunk);

  /** The socket has no more bytes for now: the moment to flush. */
  default void receivedBatch() {}

  /**
   * The peer ended its half; every byte before that was received. Called at most once, and not when
   * the connection was reset.
   */
  void peerEnded(PeerEnd end);

  /** Something written before has reached the kernel; {@link TcpSocket#unsentMemory()} is lower. */
  default void drained() {}

  /**
   * The connection is gone. Called exactly once, last.
   *
   * @param cause why, if it was neither end's orderly close: a reset, a TLS alert
   */
  void closed(@Nullable Throwable cause);
}
