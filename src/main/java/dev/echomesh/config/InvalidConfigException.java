package dev.echomesh.config;

import java.util.ArrayList;
import java.util.List;

/** A configuration that cannot be used. The message holds everything that is wrong, a line each. */
public final class InvalidConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> problems;

  InvalidConfigException(List<Problem> problems) {
    super(String.join("\n", problems.stream().map(Problem::toString).toList()));
    this.problems = new ArrayList<>(problems.stream().map(Problem::toString).toList());
  }

  /**
   * What is wrong: at least one line, such as {@code echo.endpoints[0].port: 70000 (expected 0 to
   * 65535) (from --set)}.
   */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
