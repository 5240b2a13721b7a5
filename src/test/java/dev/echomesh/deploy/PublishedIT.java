package dev.echomesh.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The jars that {@code mvn install} publishes beside the POM as it stands. */
class PublishedIT {
  private static final Path LIBRARY = Path.of(System.getProperty("echomesh.library"));

  @Test
  void shouldHaveNothingOfOthersInTheLibrary() throws IOException {
    assertThat(names(LIBRARY))
        .contains("dev/echomesh/node/Echomesh.class", "dev/echomesh/junit5/EchoServer.class")
        .allMatch(name -> name.matches("(dev/|dev/echomesh/|META-INF/).*"));
    assertThat(Path.of("dependency-reduced-pom.xml")).doesNotExist();
  }

  @Test
  void shouldHaveSourcesAndJavadocOfWhatProgramsMeet() throws IOException {
    assertThat(names(beside("sources"))).contains("dev/echomesh/node/Echomesh.java");
    assertThat(names(beside("javadoc")))
        .contains(
            "index.html",
            "dev/echomesh/node/Echomesh.html",
            "dev/echomesh/junit5/EchoServer.html",
            "dev/echomesh/config/NodeConfigBuilder.html",
            "dev/echomesh/bus/TestReport.html")
        .noneMatch(name -> name.startsWith("dev/echomesh/tester/"));
  }

  @Test
  void shouldTellNothingOfTheTimeOfTheBuild() throws IOException {
    for (Path jar : List.of(LIBRARY, beside("sources"), beside("javadoc"))) {
      try (JarFile file = new JarFile(jar.toFile())) {
        assertThat(file.stream().map(ZipEntry::getTime).distinct()).as("%s", jar).hasSize(1);
      }
    }
  }

  private static Path beside(String classifier) {
    String name =
        LIBRARY.getFileName().toString().replaceFirst("\\.jar$", "-" + classifier + ".jar");
    return LIBRARY.resolveSibling(name);
  }

  private static List<String> names(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(ZipEntry::getName).toList();
    }
  }
}
