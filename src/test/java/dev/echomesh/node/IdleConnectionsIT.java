package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.JvmMemory;
import dev.echomesh.testing.ManyClients;
import dev.echomesh.testing.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Connections that do nothing cost next to nothing. */
class IdleConnectionsIT {
  private static final int COUNT = 10_000;
  private static final long MOST_HEAP_EACH = 4 * 1024;

  @Test
  void shouldKeepTenThousandIdleConnectionsOnASmallHeap(
      @TempDir Path directory, TestReporter reporter) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("node.yaml"),
            "echo: {drainTimeout: 10s, endpoints: [{name: echo, port: 0, idleTimeout: 10m}]}");
    try (NodeProcess node =
        NodeProcess.start(config, "-Xmx128m", JvmMemory.TRACKED).awaitSelfTest()) {
      JvmMemory before = JvmMemory.of(node.process().pid());
      try (ManyClients clients = ManyClients.connect(COUNT, node.port("echo"), 0)) {
        assertThat(clients.echoOneByteEach()).isEqualTo(COUNT);
        JvmMemory with = JvmMemory.of(node.process().pid());
        assertThat(clients.echoOneByteEach()).isEqualTo(COUNT);

        long heapEach = (with.heapUsed() - before.heapUsed()) / COUNT;
        long directEach = (with.direct() - before.direct()) / COUNT;
        long residentEach = (with.resident() - before.resident()) / COUNT;
        String measured =
            "%d idle connections: %d bytes of heap, %d of direct memory, %d resident each"
                .formatted(COUNT, heapEach, directEach, residentEach);
        reporter.publishEntry("memory", measured);
        System.out.println(measured);
        assertThat(heapEach).as(measured).isLessThanOrEqualTo(MOST_HEAP_EACH);
      }
      node.process().terminate();
      assertThat(node.process().awaitExit(java.time.Duration.ofSeconds(30))).isZero();
      assertThat(node.logged("WARN|ERROR|Exception| cut")).isEmpty();
    }
  }
}
