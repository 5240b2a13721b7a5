package dev.echomesh.config;

/**
 * A valid configuration that this machine cannot carry out: a port in use, a transport that is not
 * there. The message is one line for the user: what, why, what to do.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  public StartException(String message) {
    super(message);
  }
}
