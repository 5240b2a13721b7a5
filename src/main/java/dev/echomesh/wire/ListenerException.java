package dev.echomesh.wire;

/** A {@link SocketListener} threw: a defect of ours, for which its connection was reset. */
public final class ListenerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ListenerException(Throwable cause) {
    super("a defect in the connection's own code", cause, false, false);
  }
}
