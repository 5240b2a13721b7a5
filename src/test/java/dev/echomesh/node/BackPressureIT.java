package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.JvmMemory;
import dev.echomesh.testing.ManyClients;
import dev.echomesh.testing.NodeProcess;
import dev.echomesh.testing.OpenConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A thousand clients that send and never read, against another JVM that has little memory. */
class BackPressureIT {
  private static final int COUNT = 1000;
  private static final int HEAP_MIB = 64;

  /** With the heap, 256 KiB for each connection: what the node itself needs is in it too. */
  private static final int DIRECT_MIB = COUNT / 4 - HEAP_MIB;

  @Test
  void shouldHoldLittleForClientsThatNeverReadAndStillServeOthersAndEndInTime(
      @TempDir Path directory, TestReporter reporter) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("node.yaml"),
            "echo: {drainTimeout: 2s, endpoints: [{name: echo, port: 0}]}");
    try (NodeProcess node =
        NodeProcess.start(
            config, "-Xmx" + HEAP_MIB + "m", "-XX:MaxDirectMemorySize=" + DIRECT_MIB + "m")) {
      int port = node.awaitSelfTest().port("echo");
      JvmMemory before = JvmMemory.of(node.process().pid());
      try (ManyClients stalled = ManyClients.connect(COUNT, port, 4096);
          OpenConnection honest = OpenConnection.to(port)) {
        long taken = stalled.sendUntilStuck(Duration.ofSeconds(1));
        assertThat(taken).isPositive();
        assertThat(honest.echoes(1_000)).isTrue();
        assertThat(honest.echoes(100_000)).isTrue();

        JvmMemory with = JvmMemory.of(node.process().pid());
        String measured =
            "%d stalled clients: %d bytes of heap and %d bytes resident each; %d bytes taken from each"
                .formatted(
                    COUNT,
                    (with.heapUsed() - before.heapUsed()) / COUNT,
                    (with.resident() - before.resident()) / COUNT,
                    taken / COUNT);
        reporter.publishEntry("memory", measured);
        System.out.println(measured);
        assertThat(with.resident() - before.resident())
            .as(measured)
            .isLessThan(COUNT * 256L * 1024);

        long start = System.nanoTime();
        node.process().terminate();
        assertThat(honest.readToEnd()).isZero();
        assertThat(node.process().awaitExit(Duration.ofSeconds(30))).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      }
      assertThat(node.logged("WARN|ERROR|Exception|OutOf")).isEmpty();
      List<String> cut = node.logged(" was cut, \\d+ of \\d+ bytes that it sent were not echoed");
      assertThat(cut).hasSize(COUNT);
    }
  }
}
