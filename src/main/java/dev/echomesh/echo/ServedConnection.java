package dev.echomesh.echo;

/** A client's connection as its listener sees it. Event loop only. */
interface ServedConnection {
  /** Ends as soon as the client has what it is owed; what comes in after that is not echoed. */
  void drain();

  /** Ends now for want of an end of its own, whatever is owed or still in the kernel's buffer. */
  void cutAtDeadline();

  /** Whether no byte has moved either way for the idle timeout, as far as calls of this tell. */
  boolean isIdle(long nowNanos);

  /** Ends for want of traffic: orderly if nothing is owed, else at once. */
  void endIdle();
}
