package dev.echomesh.echo;

/** A client's connection as its listener sees it. Event loop only. */
interface ServedConnection {
  /** See {@link dev.echomesh.wire.TcpSocket#leaveVertx}. */
  void leaveVertx(Runnable portClosed);

  /** Ends as soon as the client has what it is owed; what comes in after that is not echoed. */
  void drain();

  /** Ends now for want of an end of its own, whatever is owed or still in the kernel's buffer. */
  void cutAtDeadline();

  /** Whether no byte has moved either way for the idle timeout, as far as calls of this tell. */
  boolean isIdle(long nowNanos);

  /** For how long the client has taken nothing of what is kept for it, as far as calls tell. */
  long stalledNanos(long nowNanos);

  /**
   * Resets a client that takes nothing: after the endpoint's stall timeout, and sooner while the
   * node keeps too much. Reads on from one that waits only for the node to keep less.
   */
  void endIfStalled(long nowNanos);

  /** Ends by a defect of ours, which is counted and logged. */
  void failed(Throwable defect);

  /** Ends for want of traffic: orderly if nothing is owed, else at once. */
  void endIdle();
}
