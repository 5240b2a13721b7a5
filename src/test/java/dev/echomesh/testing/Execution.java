package dev.echomesh.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A command that has ended. */
public final class Execution {
  private final List<String> command;
  private final int exitCode;
  private final byte[] stdout;
  private final byte[] stderr;

  Execution(List<String> command, int exitCode, byte[] stdout, byte[] stderr) {
    this.command = command;
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** 128 + n after signal n. */
  public int exitCode() {
    return exitCode;
  }

  public byte[] stdout() {
    return stdout.clone();
  }

  /** Standard output as UTF-8. */
  public String out() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  /** Standard error as UTF-8. */
  public String err() {
    return new String(stderr, StandardCharsets.UTF_8);
  }

  /** Itself, or an {@link AssertionError} with what it printed. */
  public Execution expectSuccess() {
    if (exitCode != 0) {
      throw new AssertionError(
          "%s ended with %d%n%s%n%s".formatted(command, exitCode, out(), err()));
    }
    return this;
  }
}
