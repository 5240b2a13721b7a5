package dev.echomesh.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody's project, built by a Maven of its own from the artefact as it is installed. Its local
 * repository holds that, and is the main build's in everything else, by links: so it needs nothing
 * that is not there already, and leaves nothing of Echomesh behind.
 */
class SampleProjectIT {
  private static final Path SAMPLE = Path.of("src/test/resources/sample");
  private static final Path LIBRARY = Path.of(System.getProperty("echomesh.library"));
  private static final long DEADLINE_SECONDS = 100;

  @TempDir private Path work;

  @BeforeEach
  void installAndCopy() throws IOException {
    Path repository = work.resolve("repository");
    Path main = Path.of(System.getProperty("echomesh.maven.repository"));
    linkAllBut("dev", main, repository);
    linkAllBut("echomesh", main.resolve("dev"), repository.resolve("dev"));
    String version = LIBRARY.getFileName().toString().replaceAll("echomesh-|\\.jar", "");
    Path installed =
        Files.createDirectories(repository.resolve("dev/echomesh/echomesh").resolve(version));
    Files.copy(LIBRARY, installed.resolve(LIBRARY.getFileName()));
    Files.copy(Path.of("pom.xml"), installed.resolve("echomesh-" + version + ".pom"));
    copy(SAMPLE.resolve("project"));
  }

  /** JUnit would warn of every one that points out of its directory. */
  @AfterEach
  void removeLinks() throws IOException {
    try (Stream<Path> all = Files.walk(work.resolve("repository"), 2)) {
      for (Path link : all.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void shouldPassWithNothingButTheDocumentedLines() throws Exception {
    assertThat(lines(Files.readString(Path.of("README.md"))))
        .as("the dependency of the sample, as the README has it")
        .contains(dependency(Files.readString(SAMPLE.resolve("project/pom.xml"))));

    Build build = build();

    assertThat(build.exit).as(build.output).isZero();
    assertThat(build.output).contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0");
    assertThat(build.output).as("a logging back end").doesNotContain("ch.qos.logback");
  }

  @Test
  void shouldFailAndNameTheClientThatLeaks() throws Exception {
    copy(SAMPLE.resolve("leaking"));

    Build build = build("-Dtest=LeakingClientTest");

    assertThat(build.exit).as(build.output).isEqualTo(1);
    assertThat(build.output)
        .containsPattern(
            "echo server at 127\\.0\\.0\\.1:\\d+: LeakingClientTest\\.shouldCloseItsSocket\\(.*\\)"
                + " left 1 connection open, still 500ms later")
        .containsPattern("client 127\\.0\\.0\\.1:\\d+, 3 bytes received, 3 sent, open for ");
  }

  private record Build(int exit, String output) {}

  private Build build(String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("echomesh.maven.home"), "bin", "mvn").toString());
    command.addAll(
        List.of("-B", "-Dstyle.color=never", "-Dmaven.repo.local=" + work.resolve("repository")));
    if (System.getProperty("echomesh.maven.offline").equals("offline=true")) {
      command.add("-o");
    }
    command.addAll(List.of(more));
    command.add("test");
    Path log = work.resolve("log");
    Process maven =
        new ProcessBuilder(command)
            .directory(work.resolve("sample").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!maven.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      maven.descendants().forEach(ProcessHandle::destroyForcibly);
      maven.destroyForcibly().waitFor();
    }
    return new Build(maven.exitValue(), Files.readString(log));
  }

  private static void linkAllBut(String name, Path from, Path to) throws IOException {
    Files.createDirectories(to);
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.getFileName().toString().equals(name)) {
          Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
        }
      }
    }
  }

  private void copy(Path from) throws IOException {
    Path to = work.resolve("sample");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static String dependency(String pom) {
    int start = pom.indexOf("<dependency>");
    return lines(pom.substring(start, pom.indexOf("</dependency>", start)));
  }

  private static String lines(String text) {
    return text.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n").strip();
  }
}
