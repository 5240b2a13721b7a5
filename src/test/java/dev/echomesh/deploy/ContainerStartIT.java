package dev.echomesh.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.OpenConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says of a start in a container: the command, the line of the log, the path. */
class ContainerStartIT {
  private static final Path JAR = Path.of(System.getProperty("echomesh.jar"));
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String START = "(?m)^java -jar echomesh\\.jar (node .*0\\.0\\.0\\.0.*)$";

  @Test
  void shouldStartAndSayThatItIsReadyAsTheReadmeHasIt(@TempDir Path directory) throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    String command = documented(readme, START).replace("/tmp/token", directory + "/token");
    String line = documented(readme, "Wait for the log line `(.+?)`");
    String health = documented(readme, "`http://HOST:8007(/.+?)` answers 200");
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--set", "echo.endpoints[0].port=0", "--set", "web.port=0"));

    try (JavaProcess node = JavaProcess.ofJar(JAR, List.of(), arguments.toArray(String[]::new))) {
      MatchResult open =
          node.awaitErrorLine(Pattern.quote(line) + " 0\\.0\\.0\\.0:(\\d+)$", PATIENCE);
      try (OpenConnection client = OpenConnection.to(Integer.parseInt(open.group(1)))) {
        assertThat(client.echoes(100)).isTrue();
      }

      String port = node.awaitLine("^console http://.*:(\\d+)/$", PATIENCE).group(1);
      assertThat(status("http://127.0.0.1:" + port + health)).isEqualTo(200);
    }
  }

  private static String documented(String readme, String regex) {
    return Pattern.compile(regex)
        .matcher(readme)
        .results()
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing like /" + regex + "/ in the README"))
        .group(1);
  }

  private static int status(String url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
        .statusCode();
  }
}
