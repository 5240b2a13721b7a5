package dev.echomesh.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A valid configuration that this machine cannot carry out: a port in use, a transport that is not
 * there. The message is one line for the user, or one for each problem: what, why, what to do.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> problems;

  public StartException(String message, Throwable cause) {
    super(message, cause);
    this.problems = new ArrayList<>(List.of(message));
  }

  public StartException(String message) {
    super(message);
    this.problems = new ArrayList<>(List.of(message));
  }

  /** Several problems in one, in their order. */
  public StartException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = new ArrayList<>(problems);
  }

  /** At least one line. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
