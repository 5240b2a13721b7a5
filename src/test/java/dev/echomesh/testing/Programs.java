package dev.echomesh.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Other programs on this machine. */
public final class Programs {
  private Programs() {}

  /**
   * Skips the test, with the reason, if the program is not on the PATH. For tests and
   * {@code @BeforeEach}: Surefire reports neither tests nor reason if {@code @BeforeAll} is
   * skipped.
   */
  public static void requireProgram(String name) {
    Assumptions.assumeTrue(isInstalled(name), () -> name + " is not installed");
  }

  public static boolean isInstalled(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }

  /**
   * Runs a command to its end.
   *
   * @throws AssertionError if it did not end in time; it is killed then
   */
  public static Execution run(Duration timeout, byte[] stdin, String... command) {
    return run(timeout, stdin, List.of(command));
  }

  /** As the other {@code run}. */
  public static Execution run(Duration timeout, byte[] stdin, List<String> command) {
    Process process = start(command);
    try {
      CompletableFuture<byte[]> stdout = Pump.readAll(process.getInputStream());
      CompletableFuture<byte[]> stderr = Pump.readAll(process.getErrorStream());
      CompletableFuture<Void> feeding = Pump.run("stdin", () -> feed(process, stdin));
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        throw new AssertionError(command + " did not end within " + timeout);
      }
      feeding.join();
      return new Execution(command, process.exitValue(), Pump.get(stdout), Pump.get(stderr));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void feed(Process process, byte[] stdin) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(stdin);
    } catch (IOException e) {
      // A program may end without reading all of its input.
    }
  }
}
