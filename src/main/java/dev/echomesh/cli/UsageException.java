package dev.echomesh.cli;

/** A mistake on the command line; the message is one line for its author. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
