package dev.echomesh.tester.checks;

import dev.echomesh.wire.ConnectFailure;

/** The server could not be connected to. */
final class NoConnection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was; TLS counts as {@link ConnectFailure#REFUSED}. */
  private final ConnectFailure kind;

  NoConnection(ConnectFailure kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  ConnectFailure kind() {
    return kind;
  }

  /** Which address, and why. */
  String text() {
    return String.valueOf(getMessage());
  }
}
