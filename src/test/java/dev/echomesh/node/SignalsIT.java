package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.NodeProcess;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node process does when it is told to end. */
class SignalsIT {
  private static final Duration EXIT = Duration.ofSeconds(20);
  private static final int OWED = 1_000_000;
  private static final byte[] BYTES = OpenConnection.pattern(OWED);

  private final Path directory;

  SignalsIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void shouldDeliverWhatIsOwedAndEndWithZero(String signal) throws IOException {
    try (NodeProcess node = node("60s");
        OpenConnection slow = OpenConnection.withReceiveBuffer(4096, node.port("echo"));
        OpenConnection done = OpenConnection.withReceiveBuffer(4096, node.port("echo"));
        OpenConnection idle = OpenConnection.to(node.port("echo"))) {
      slow.send(BYTES);
      done.send(BYTES);
      done.endOutput();
      letTheNodeRead(node, idle);

      node.process().signal(signal);
      node.awaitLog("draining");

      assertThat(idle.readToEnd()).isZero();
      idle.leave();
      awaitRefused(node.port("echo"));
      for (OpenConnection client : new OpenConnection[] {slow, done}) {
        for (int from = 0; from < OWED; from += 100_000) {
          assertThat(node.process().isAlive()).isTrue();
          assertThat(client.read(100_000))
              .isEqualTo(Arrays.copyOfRange(BYTES, from, from + 100_000));
        }
        assertThat(client.readToEnd()).isZero();
        client.leave();
      }
      assertThat(node.process().awaitExit(EXIT)).isZero();
      assertThat(node.logged(" cut|WARN|ERROR|Exception")).isEmpty();
    }
  }

  @Test
  void shouldCutAStalledClientAtTheDeadlineAndSayHowMuch() throws IOException {
    try (NodeProcess node = node("1s");
        OpenConnection stalled = OpenConnection.withReceiveBuffer(4096, node.port("echo"));
        OpenConnection deaf = OpenConnection.to(node.port("echo"))) {
      assertThat(deaf.echoes(10)).isTrue();
      Thread sender = sendForEver(stalled);
      letTheNodeRead(node, deaf);

      long start = System.nanoTime();
      node.process().terminate();

      assertThat(node.process().awaitExit(EXIT)).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
      assertThat(node.logged("had not ended at the drain deadline")).hasSize(2);
      assertThat(
              node.logged("client \\S+ was cut, \\d+ of \\d+ bytes that it sent were not echoed"))
          .hasSize(1);
      assertThat(node.logged("WARN|ERROR|Exception")).isEmpty();
      join(sender);
    }
  }

  @Test
  void shouldEndAtOnceAtTheSecondSignal() throws IOException {
    try (NodeProcess node = node("60s");
        OpenConnection stalled = OpenConnection.withReceiveBuffer(4096, node.port("echo"));
        OpenConnection other = OpenConnection.to(node.port("echo"))) {
      Thread sender = sendForEver(stalled);
      letTheNodeRead(node, other);
      node.process().terminate();
      node.awaitLog("draining");

      node.process().terminate();

      assertThat(node.process().awaitExit(Duration.ofSeconds(10))).isEqualTo(130);
      join(sender);
    }
  }

  private NodeProcess node(String drainTimeout) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("node.yaml"),
            "echo: {instances: 1, drainTimeout: %s, endpoints: [{name: echo, port: 0}]}"
                .formatted(drainTimeout));
    return NodeProcess.start(file).awaitSelfTest();
  }

  /** The node has one event loop: after so many turns it has read what it will read. */
  private static void letTheNodeRead(NodeProcess node, OpenConnection other) throws IOException {
    for (int i = 0; i < 100; i++) {
      assertThat(other.echoes(1)).as("%s", node.process().pid()).isTrue();
    }
  }

  private static Thread sendForEver(OpenConnection client) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  client.send(BYTES);
                }
              } catch (IOException reset) {
                // as it should be
              }
            });
    thread.start();
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(thread.isAlive()).as("the client was reset").isFalse();
  }

  private static void awaitRefused(int port) {
    Patience.until("port " + port + " is closed", () -> OpenConnection.isRefused(port));
  }
}
