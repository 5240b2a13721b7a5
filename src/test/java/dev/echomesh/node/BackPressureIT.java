package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.JvmMemory;
import dev.echomesh.testing.ManyClients;
import dev.echomesh.testing.NodeProcess;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** A thousand clients that send and never read, against another JVM that has little memory. */
class BackPressureIT {
  private static final int COUNT = 1000;
  private static final int TLS_COUNT = 100;
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
            config,
            "-Xmx" + HEAP_MIB + "m",
            "-XX:MaxDirectMemorySize=" + DIRECT_MIB + "m",
            JvmMemory.TRACKED)) {
      int port = node.awaitSelfTest().port("echo");
      JvmMemory before = JvmMemory.of(node.process().pid());
      try (ManyClients stalled = ManyClients.connect(COUNT, port, 4096);
          OpenConnection honest = OpenConnection.to(port)) {
        long taken = stalled.sendUntilStuck(Duration.ofSeconds(1));
        assertThat(taken).isPositive();
        assertThat(honest.echoes(1_000)).isTrue();
        assertThat(honest.echoes(100_000)).isTrue();

        JvmMemory with = JvmMemory.of(node.process().pid());
        assertWithinBound("stalled clients", COUNT, before, with, reporter);

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

  @Test
  void shouldHoldLittleForTlsClientsThatNeverRead(@TempDir Path directory, TestReporter reporter)
      throws IOException {
    TestCertificates certificates = TestCertificates.shared();
    Path config =
        Files.writeString(
            directory.resolve("node.yaml"),
            "echo: {drainTimeout: 2s, endpoints: [{name: echo, port: 0, tls: {certFile: %s, keyFile: %s}}]}"
                .formatted(certificates.serverCertificate(), certificates.serverKey()));
    List<Socket> clients = new ArrayList<>();
    AtomicLong taken = new AtomicLong();
    try (NodeProcess node = NodeProcess.start(config, "-Xmx128m", JvmMemory.TRACKED)) {
      int port = node.awaitSelfTest().port("echo");
      JvmMemory before = JvmMemory.of(node.process().pid());
      for (int i = 0; i < TLS_COUNT; i++) {
        Socket raw = new Socket();
        clients.add(raw);
        raw.setReceiveBufferSize(4096);
        raw.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        SSLSocket client =
            (SSLSocket)
                certificates
                    .clientContext()
                    .getSocketFactory()
                    .createSocket(raw, "127.0.0.1", port, true);
        client.startHandshake();
        sendForEver(client, taken);
      }
      awaitStuck(taken);

      JvmMemory with = JvmMemory.of(node.process().pid());
      assertWithinBound("stalled TLS clients", TLS_COUNT, before, with, reporter);
      assertThat(
              PlainClient.to(port).bytes(100_000).tls(certificates.clientContext()).run().exact())
          .isTrue();
      node.process().terminate();
      assertThat(node.process().awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(node.logged("WARN|ERROR|Exception|OutOf")).isEmpty();
    } finally {
      // the TCP socket: closing TLS would wait for its sender
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private static void assertWithinBound(
      String who, int count, JvmMemory before, JvmMemory with, TestReporter reporter) {
    long heap = (with.heapUsed() - before.heapUsed()) / count;
    long direct = (with.direct() - before.direct()) / count;
    long resident = (with.resident() - before.resident()) / count;
    String measured =
        "%d %s: %d bytes of heap, %d of direct memory, %d resident each"
            .formatted(count, who, heap, direct, resident);
    reporter.publishEntry("memory", measured);
    System.out.println(measured);
    assertThat(direct).as(measured).isPositive();
    assertThat(heap + direct).as(measured).isLessThanOrEqualTo(256 * 1024);
  }

  private static void sendForEver(Socket client, AtomicLong taken) {
    byte[] bytes = new byte[64 * 1024];
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  client.getOutputStream().write(bytes);
                  taken.addAndGet(bytes.length);
                }
              } catch (IOException closed) {
                // the end of the test
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void awaitStuck(AtomicLong taken) {
    long seen = -1;
    while (seen != taken.get()) {
      seen = taken.get();
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
  }
}
