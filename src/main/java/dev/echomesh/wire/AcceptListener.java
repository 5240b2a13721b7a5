package dev.echomesh.wire;

/** What becomes of accepting connections on a port; called on the acceptor's event loop. */
public interface AcceptListener {
  /**
   * The system had a connection and could not hand it over, mostly for want of a file handle. It
   * waits and is asked for again soon. Called for every attempt.
   */
  void acceptFailed(String why);

  /** For a while now no attempt has failed. */
  void acceptRecovered();
}
