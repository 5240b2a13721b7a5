package dev.echomesh.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.JavaProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar leaves the other languages out, and finds them on a path. */
class LanguagesOfTheJarIT {
  private static final Path JAR = Path.of(System.getProperty("echomesh.jar"));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path config;

  LanguagesOfTheJarIT(@TempDir Path directory) throws IOException {
    config =
        Files.writeString(
            directory.resolve("node.yaml"),
            """
            echo: {endpoints: [{name: echo, port: 0}]}
            verticles:
              - {name: g, file: conf/verticles/upper.groovy, config: {port: 0}}
              - {name: j, file: conf/verticles/upper.js, config: {port: 0}}
            """);
  }

  @Test
  void shouldStayLean() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .contains("dev/echomesh/script/ScriptsVerticle.class")
          .noneMatch(
              name ->
                  name.startsWith("org/graalvm/")
                      || name.startsWith("com/oracle/")
                      || name.startsWith("groovy/")
                      || name.startsWith("org/codehaus/groovy/")
                      || name.startsWith("io/vertx/lang/"));
    }
  }

  @Test
  void shouldSayInOneLineWhichLanguageIsMissing() {
    try (JavaProcess node =
        JavaProcess.ofJar(JAR, List.of(), "node", "--config", config.toString())) {
      assertThat(node.awaitExit(PATIENCE)).isEqualTo(2);
      assertThat(node.err().lines().filter(line -> !line.contains(" INFO ")))
          .singleElement()
          .asString()
          .contains(
              "verticle g: conf/verticles/upper.groovy needs Groovy (vertx-lang-groovy), which is"
                  + " not on the class path",
              "java -cp 'echomesh.jar:lib/*' dev.echomesh.Main node");
    }
  }

  @Test
  void shouldFindTheLanguagesOnThePath() {
    String languages =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(
                entry ->
                    entry.contains("/org/graalvm/")
                        || entry.contains("/org/apache/groovy/")
                        || entry.contains("/vertx-lang-groovy/"))
            .collect(Collectors.joining(File.pathSeparator));
    try (JavaProcess node =
        JavaProcess.ofMain(
            JAR + File.pathSeparator + languages,
            "dev.echomesh.Main",
            List.of(),
            "node",
            "--config",
            config.toString())) {
      var groovy = node.awaitErrorLine("verticle g: \\S+upper.groovy is deployed", PATIENCE);
      var javaScript = node.awaitErrorLine("verticle j: \\S+upper.js is deployed", PATIENCE);
      assertThat(groovy).isNotEqualTo(javaScript);
      assertThat(node.err()).doesNotContain(" WARN ", " ERROR ");
    }
  }
}
