package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.HostileClients;
import dev.echomesh.testing.NodeProcess;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send the beginning of a large record and leave it at that, all on the heap. */
class OutOfMemoryIT {
  private static final int CLIENTS = 400;
  private static final String YAML =
      "echo: {maxBuffered: %s, endpoints: [{name: echo, port: 0, mode: framed, frameLength: 1MiB}]}";

  private final Path directory;

  OutOfMemoryIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void shouldEndTheProcessWithOneLineWhenTheHeapIsUsedUp() throws IOException {
    try (NodeProcess node = start("0");
        HostileClients hostile = HostileClients.of(node.port("echo")).connect(CLIENTS)) {
      byte[] part = new byte[50_000];
      Patience.until(
          "it ends",
          () -> {
            var unused = hostile.send(part);
            return !node.process().isAlive();
          });

      assertThat(node.process().awaitExit(Duration.ofSeconds(10))).isEqualTo(3);
      assertThat(node.logged("out of memory")).hasSize(1);
    }
  }

  @Test
  void shouldSurviveTheSameByItsDefaults() throws IOException {
    try (NodeProcess node = start("auto");
        HostileClients hostile = HostileClients.of(node.port("echo")).connect(CLIENTS)) {
      byte[] part = new byte[50_000];
      Patience.until(
          "it defends itself",
          () -> {
            var unused = hostile.send(part);
            return !node.process().isAlive()
                || node.clientsLogged("was reset at echo.maxBuffered") >= 20;
          });
      assertThat(node.process().isAlive()).as(node.process().err()).isTrue();
      hostile.reset();

      Patience.until("it serves", () -> isServed(node));
    }
  }

  private NodeProcess start(String maxBuffered) throws IOException {
    Path config = Files.writeString(directory.resolve("node.yaml"), YAML.formatted(maxBuffered));
    return NodeProcess.start(config, "-Xmx192m").awaitSelfTest();
  }

  private static boolean isServed(NodeProcess node) throws IOException {
    try (OpenConnection client = OpenConnection.to(node.port("echo"))) {
      return client.echoes(1 << 20);
    } catch (SocketException | SocketTimeoutException notYet) {
      return false;
    }
  }
}
