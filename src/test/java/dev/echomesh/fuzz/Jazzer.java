package dev.echomesh.fuzz;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jazzer, led by coverage, in a JVM of its own. */
final class Jazzer {
  /** The checks of its own that it adds to calls of the JDK, for SQL injection and the like. */
  static final String SANITIZERS =
      Stream.of(
              "ClojureLangHooks",
              "Deserialization",
              "ExpressionLanguageInjection",
              "LdapInjection",
              "NamingContextLookup",
              "OsCommandInjection",
              "ReflectiveCall",
              "RegexInjection",
              "RegexRoadblocks",
              "ScriptEngineInjection",
              "ServerSideRequestForgery",
              "SqlInjection",
              "XPathInjection")
          .map(name -> "com.code_intelligence.jazzer.sanitizers." + name)
          .collect(Collectors.joining(File.pathSeparator));

  private final List<String> jvm = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC"));
  private final List<String> options = new ArrayList<>();

  /** Whether Jazzer has a library for this machine. */
  static boolean isAvailable() {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    return machine.equals("amd64") || machine.equals("x86_64") || system.startsWith("Mac");
  }

  /** For the JVM. */
  Jazzer jvm(String... more) {
    jvm.addAll(List.of(more));
    return this;
  }

  /** For Jazzer and libFuzzer. */
  Jazzer with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /**
   * Runs from the kept inputs on, to the end that the options name. What breaks something is left
   * in {@code target/fuzz/broken}; such an input belongs to the kept ones with its repair.
   *
   * @param found directory for inputs that reach code which no other does
   * @throws AssertionError with what Jazzer printed if something broke or nothing was run
   */
  void run(Fuzzed fuzzed, Path found, Duration patience) throws IOException {
    Path broken = Files.createDirectories(Path.of("target", "fuzz", "broken"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(
        List.of(
            "-cp",
            classPath(),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + fuzzed.className(),
            "--instrumentation_includes=dev.echomesh.**",
            "--reproducer_path=" + broken,
            "-artifact_prefix=" + broken + "/" + fuzzed.key() + "-"));
    command.addAll(options);
    command.addAll(List.of(found.toString(), fuzzed.corpus().toString()));
    Execution run = Programs.run(patience, new byte[0], command).expectSuccess();
    if (!run.err().lines().anyMatch(line -> line.matches("Done \\d+ runs in .*"))) {
      throw new AssertionError(run.err());
    }
  }

  /** Where it sees JUnit, Jazzer looks for tests first. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).getFileName().toString().contains("junit"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
