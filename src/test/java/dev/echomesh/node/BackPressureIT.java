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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that send and hardly read, or not at all, against a node in another JVM that has little
 * memory: what it holds for each of them is bounded, it serves others, and it ends in time.
 */
class BackPressureIT {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final int COUNT = 1000;
  private static final int FEWEST = 100;
  private static final int HEAP_MIB = 64;
  private static final int SMALL_BUFFER = 4096;
  private static final int SYSTEMS_BUFFER = 0;

  /** Bytes of heap and direct memory for each client. */
  private static final int BOUND = 256 * KIB;

  private static final String CUT = " was cut, \\d+ of \\d+ bytes that it sent were not echoed";

  private static final Duration QUIET = Duration.ofSeconds(1);

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  /** What clients do before it is measured what they cost. */
  @FunctionalInterface
  private interface Misuse {
    void by(ManyClients clients) throws IOException;
  }

  @Test
  void shouldHoldLittleForClientsThatNeverRead(TestReporter reporter) throws IOException {
    // with the heap, the bound for each client: what the node itself needs is in it too
    int directMib = COUNT * BOUND / MIB - HEAP_MIB;
    try (NodeProcess node = start("name: echo, port: 0", HEAP_MIB, directMib)) {
      assertHoldsLittle(
          node,
          new Crowd("clients that never read", COUNT, SMALL_BUFFER, 100_000, BOUND),
          clients -> assertThat(clients.sendUntilStuck(QUIET)).isPositive(),
          reporter);
    }
  }

  /** Long ones take two records more: one that is answered as a whole, and a part of the next. */
  @ParameterizedTest
  @CsvSource({"32, 200", "65536, 200", "1048576, 40"})
  void shouldHoldLittleForClientsOfAFramedEndpointThatNeverRead(
      int frameLength, int count, TestReporter reporter) throws IOException {
    int bound = frameLength < BOUND ? BOUND : BOUND + 2 * frameLength;
    String endpoint = "name: echo, port: 0, mode: framed, frameLength: " + frameLength;
    try (NodeProcess node = start(endpoint, 2 * HEAP_MIB, count * (bound / KIB) / KIB)) {
      assertHoldsLittle(
          node,
          new Crowd(
              "clients that never read records of " + frameLength,
              count,
              SMALL_BUFFER,
              frameLength,
              bound),
          clients -> assertThat(clients.sendUntilStuck(QUIET)).isPositive(),
          reporter);
    }
  }

  @Test
  void shouldHoldLittleForClientsThatReadADribble(TestReporter reporter) throws IOException {
    try (NodeProcess node = start("name: echo, port: 0", HEAP_MIB, FEWEST * BOUND / MIB)) {
      assertHoldsLittle(
          node,
          new Crowd("clients that read a dribble", FEWEST, SMALL_BUFFER, 100_000, BOUND),
          clients -> {
            assertThat(clients.sendUntilStuck(QUIET)).isPositive();
            for (int bytes = 0; bytes < SMALL_BUFFER / 8; bytes++) {
              long unused = clients.readAndRefill(1);
            }
            // until the node must have stopped and gone on a few times
            for (long taken = 0; taken < (long) MIB * FEWEST; ) {
              taken += clients.readAndRefill(SMALL_BUFFER);
            }
            long unused = clients.sendUntilStuck(QUIET);
          },
          reporter);
    }
  }

  @Test
  void shouldHoldLittleForClientsThatEndTheirHalfAndNeverRead(TestReporter reporter)
      throws IOException {
    try (NodeProcess node = start("name: echo, port: 0", HEAP_MIB, FEWEST * BOUND / MIB)) {
      assertHoldsLittle(
          node,
          new Crowd("clients that ended and never read", FEWEST, SYSTEMS_BUFFER, 100_000, BOUND),
          clients -> clients.endWithUnread(192 * KIB),
          reporter);
    }
  }

  @Test
  void shouldHoldLittleForTlsClientsThatNeverRead(TestReporter reporter) throws IOException {
    TestCertificates certificates = TestCertificates.shared();
    String endpoint =
        "name: echo, port: 0, tls: {certFile: %s, keyFile: %s}"
            .formatted(certificates.serverCertificate(), certificates.serverKey());
    List<Socket> clients = new ArrayList<>();
    AtomicLong taken = new AtomicLong();
    try (NodeProcess node = start(endpoint, 2 * HEAP_MIB, 2 * HEAP_MIB)) {
      int port = node.port("echo");
      JvmMemory before = JvmMemory.of(node.process().pid());
      for (int i = 0; i < FEWEST; i++) {
        Socket raw = new Socket();
        clients.add(raw);
        raw.setReceiveBufferSize(SMALL_BUFFER);
        raw.setSendBufferSize(64 * KIB);
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

      assertWithinBound("TLS clients that never read", FEWEST, BOUND, before, node, reporter);
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

  /**
   * Clients of one kind.
   *
   * @param bufferBytes of their sockets, each way; 0 for the system's own
   * @param echoedToOthers bytes that another client gets back meanwhile
   * @param bound of bytes that the node may hold for each
   */
  private record Crowd(String who, int count, int bufferBytes, int echoedToOthers, int bound) {}

  private static void assertHoldsLittle(
      NodeProcess node, Crowd crowd, Misuse misuse, TestReporter reporter) throws IOException {
    int port = node.port("echo");
    JvmMemory before = JvmMemory.of(node.process().pid());
    try (ManyClients clients = ManyClients.connect(crowd.count, port, crowd.bufferBytes);
        OpenConnection honest = OpenConnection.to(port)) {
      misuse.by(clients);
      assertThat(honest.echoes(crowd.echoedToOthers)).isTrue();
      assertThat(honest.echoes(crowd.echoedToOthers)).isTrue();

      assertWithinBound(crowd.who, crowd.count, crowd.bound, before, node, reporter);
      assertThat(node.logged(CUT)).as("cut for want of memory").isEmpty();

      node.process().terminate();
      assertThat(honest.readToEnd()).isZero();
      assertThat(node.process().awaitExit(Duration.ofSeconds(30))).isZero();
    }
    assertThat(node.logged("WARN|ERROR|Exception|OutOf")).isEmpty();
    assertThat(node.clientsLogged(CUT)).isEqualTo(crowd.count);
    assertThat(node.logged(CUT)).as("lines").hasSizeLessThan(30);
  }

  private static void assertWithinBound(
      String who, int count, int bound, JvmMemory before, NodeProcess node, TestReporter reporter)
      throws IOException {
    JvmMemory with = JvmMemory.of(node.process().pid());
    long heap = (with.heapUsed() - before.heapUsed()) / count;
    long direct = (with.direct() - before.direct()) / count;
    long resident = (with.resident() - before.resident()) / count;
    String measured =
        "%d %s: %d bytes of heap, %d of direct memory, %d resident each"
            .formatted(count, who, heap, direct, resident);
    reporter.publishEntry("memory", measured);
    System.out.println(measured);
    assertThat(direct).as(measured).isPositive();
    assertThat(heap + direct).as(measured).isLessThanOrEqualTo(bound);
  }

  /**
   * A node with one endpoint and no limit for all clients together, which would reset some of them
   * sooner or later, that has said how its first self-test went.
   */
  private NodeProcess start(String endpoint, int heapMib, int directMib) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("node.yaml"),
            "echo: {maxBuffered: 0, drainTimeout: 2s, endpoints: [{" + endpoint + "}]}");
    return NodeProcess.start(
            config,
            "-Xmx" + heapMib + "m",
            "-XX:MaxDirectMemorySize=" + directMib + "m",
            JvmMemory.TRACKED)
        .awaitSelfTest();
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
