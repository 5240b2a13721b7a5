package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.stream.Stream;

/** Another JVM of the same JDK. Closing it kills it. */
public final class JavaProcess implements AutoCloseable {
  private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(10);

  /** From this version on, a JVM warns of native code that it was not told of (JEP 472). */
  private static final int WARNS_OF_NATIVE_ACCESS = 24;

  private final Process process;
  private final Lines stdout;
  private final Lines stderr;

  private JavaProcess(Process process) {
    this.process = process;
    this.stdout = Lines.of(process.getInputStream(), "stdout");
    this.stderr = Lines.of(process.getErrorStream(), "stderr");
  }

  /** Runs a class from this JVM's own class path. */
  public static JavaProcess ofMain(String mainClass, List<String> jvmFlags, String... arguments) {
    return ofMain(List.of(), mainClass, jvmFlags, arguments);
  }

  /**
   * The same, begun by another command that becomes the JVM.
   *
   * @param prefix the command without what it is to run
   */
  static JavaProcess ofMain(
      List<String> prefix, String mainClass, List<String> jvmFlags, String... arguments) {
    return start(
        prefix,
        jvmFlags,
        List.of("-cp", System.getProperty("java.class.path"), mainClass),
        arguments);
  }

  /** Runs a class from another class path. */
  public static JavaProcess ofMain(
      String classPath, String mainClass, List<String> jvmFlags, String... arguments) {
    return start(List.of(), jvmFlags, List.of("-cp", classPath, mainClass), arguments);
  }

  /** Runs {@code java -jar}. */
  public static JavaProcess ofJar(Path jar, List<String> jvmFlags, String... arguments) {
    return start(List.of(), jvmFlags, List.of("-jar", jar.toString()), arguments);
  }

  private static JavaProcess start(
      List<String> prefix, List<String> jvmFlags, List<String> what, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    if (ignoresInterrupts()) {
      // a JVM keeps on ignoring what it was started to ignore, as a shell starts what it puts in
      // the
      // background
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!what.contains("-jar")) {
      command.addAll(nativeAccess());
    }
    command.addAll(jvmFlags);
    command.addAll(what);
    command.addAll(List.of(arguments));
    try {
      return new JavaProcess(new ProcessBuilder(command).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What lets a JVM of this version load Netty's native code in silence; the jar says it itself.
   */
  public static List<String> nativeAccess() {
    return Runtime.version().feature() < WARNS_OF_NATIVE_ACCESS
        ? List.of()
        : List.of("--enable-native-access=ALL-UNNAMED");
  }

  private static boolean ignoresInterrupts() {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      return status
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> new BigInteger(line.substring("SigIgn:".length()).strip(), 16))
          .anyMatch(ignored -> ignored.testBit(1));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Waits for a line of standard output in which the expression is found, from the beginning of the
   * output on, and returns the match with its groups.
   *
   * @throws AssertionError with all the output if there is none in time
   */
  public MatchResult awaitLine(String regex, Duration timeout) {
    return awaitLine(stdout, regex, timeout);
  }

  /** As {@link #awaitLine}, of standard error. */
  public MatchResult awaitErrorLine(String regex, Duration timeout) {
    return awaitLine(stderr, regex, timeout);
  }

  private MatchResult awaitLine(Lines lines, String regex, Duration timeout) {
    return lines
        .await(regex, timeout)
        .orElseThrow(
            () ->
                new AssertionError(
                    "no line /%s/ within %s%n--- stdout%n%s%n--- stderr%n%s"
                        .formatted(regex, timeout, out(), err())));
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything on standard output so far. */
  public String out() {
    return stdout.text();
  }

  /** Everything on standard error so far. */
  public String err() {
    return stderr.text();
  }

  /** SIGTERM. */
  public void terminate() {
    // Process.destroy would also close the pipe and lose the last lines.
    process.toHandle().destroy();
  }

  /** SIGKILL. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Any signal, by its name without SIG: INT, STOP, CONT, HUP. */
  public void signal(String name) {
    Programs.run(SIGNAL_TIMEOUT, new byte[0], "kill", "-" + name, Long.toString(pid()))
        .expectSuccess();
  }

  /** Whether a signal was sent to it that it has not taken yet, as proc(5) tells. */
  public boolean isSignalWaiting() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
        .anyMatch(line -> line.matches("ShdPnd:\\s*0*[1-9a-f][0-9a-f]*"));
  }

  /**
   * The exit code, 128 + n after signal n.
   *
   * @throws AssertionError if it is still running after the timeout
   */
  public int awaitExit(Duration timeout) {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "process %d still runs after %s%n--- stdout%n%s%n--- stderr%n%s"
                .formatted(pid(), timeout, out(), err()));
      }
      stdout.awaitEnd();
      stderr.awaitEnd();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a process", e);
    }
  }

  @Override
  public void close() {
    kill();
    int unused = awaitExit(Duration.ofSeconds(10));
    process.destroyForcibly();
  }
}
