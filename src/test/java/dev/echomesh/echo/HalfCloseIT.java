package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.Transport;
import dev.echomesh.testing.PipeToEcho;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.RunningNode;
import dev.echomesh.testing.TestCertificates;
import dev.echomesh.testing.Transfer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that has ended its half still gets every byte, then an orderly end: FIN, and over TLS a
 * close_notify before it (RFC 8446 §6.1; the test JVM takes a FIN without one for a failure).
 */
@Timeout(120)
class HalfCloseIT {
  private static final int MIB = 1 << 20;

  private static final long[] SIZES = {
    1, 2, 31, 1023, 4095, 4096, 4097, 65_535, 65_536, 65_537, MIB, 16 * MIB
  };

  /**
   * Where servers that end too early were seen to lose bytes: around the usual largest tcp_wmem.
   */
  private static final long[] SWEEP =
      LongStream.iterate(4_000_000, size -> size <= 4_500_000, size -> size + 16 * 1024).toArray();

  private static final int SMALL_BUFFER = 8 * 1024;

  /** Long enough for the echo to fill every buffer on the way back before the client reads. */
  private static final Duration LATE = Duration.ofMillis(300);

  private static final int CLIENTS_AT_A_TIME = 8;

  private static final Map<Transport, RunningNode> NODES = new EnumMap<>(Transport.class);
  private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();

  private static Stream<Arguments> paths() {
    return Stream.of(Transport.EPOLL, Transport.IO_URING, Transport.NIO)
        .flatMap(
            transport ->
                Stream.of(Arguments.of(transport, "plain"), Arguments.of(transport, "tls")));
  }

  @AfterAll
  static void closeNodes() {
    NODES.values().forEach(RunningNode::close);
    CLIENTS.shutdown();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("paths")
  void shouldLoseNoByteOfAnySize(Transport transport, String endpoint) {
    assertNoneLost(transport, endpoint, SIZES, UnaryOperator.identity());
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("paths")
  void shouldLoseNoByteOfAnySizeThroughSmallBuffers(Transport transport, String endpoint) {
    assertNoneLost(transport, endpoint, SIZES, HalfCloseIT::smallBuffers);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("paths")
  void shouldLoseNoByteFromFourToFourAndAHalfMegabytes(Transport transport, String endpoint) {
    assertNoneLost(transport, endpoint, SWEEP, UnaryOperator.identity());
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("paths")
  void shouldLoseNoByteFromFourToFourAndAHalfMegabytesThroughSmallBuffers(
      Transport transport, String endpoint) {
    assertNoneLost(transport, endpoint, SWEEP, HalfCloseIT::smallBuffers);
  }

  /**
   * Only with the system's buffers: through 8 KiB the client's kernel opens its window so slowly
   * that 64 MiB were seen to take half a minute.
   */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("paths")
  void shouldLoseNoByteOfSixtyFourMebibytes(Transport transport, String endpoint) {
    assertNoneLost(transport, endpoint, new long[] {64 * MIB}, UnaryOperator.identity());
  }

  /** The measure itself: an echo that does lose bytes is found out by the same sizes. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
  void shouldFindOutTheUsualVertxEcho(Transport transport) {
    try (PipeToEcho echo = PipeToEcho.start(transport)) {
      List<String> faults = faults(SWEEP, () -> lateReader(echo.port()));

      assertThat(faults).as("transfers that were not exact").anyMatch(fault -> !fault.isEmpty());
    }
  }

  private static PlainClient smallBuffers(PlainClient client) {
    return client.buffers(SMALL_BUFFER, SMALL_BUFFER);
  }

  private static void assertNoneLost(
      Transport transport, String endpoint, long[] sizes, UnaryOperator<PlainClient> options) {
    RunningNode node = node(transport);
    EndpointInfo before = node.idleEndpoint(endpoint);
    List<String> faults = faults(sizes, () -> options.apply(client(node, endpoint)));

    assertThat(faults).as("faults, by size").containsOnly("");
    EndpointInfo after = node.idleEndpoint(endpoint);
    long total = LongStream.of(sizes).sum();
    assertThat(after.connections()).isZero();
    assertThat(after.cut()).isEqualTo(before.cut());
    assertThat(after.truncated()).isEqualTo(before.truncated());
    assertThat(after.bytesReceived() - before.bytesReceived()).isEqualTo(total);
    assertThat(after.bytesSent() - before.bytesSent()).isEqualTo(total);
  }

  /** Runs a client for each size, a few at a time; a line for each, empty if all was right. */
  private static List<String> faults(long[] sizes, Supplier<PlainClient> clients) {
    List<String> faults = new ArrayList<>();
    Queue<CompletableFuture<String>> running = new ArrayDeque<>();
    for (long size : sizes) {
      if (running.size() == CLIENTS_AT_A_TIME) {
        faults.add(running.remove().join());
      }
      PlainClient client = clients.get().bytes(size).seed(size);
      running.add(CompletableFuture.supplyAsync(() -> fault(client, size), CLIENTS));
    }
    running.forEach(last -> faults.add(last.join()));
    return faults;
  }

  private static String fault(PlainClient client, long size) {
    try {
      Transfer transfer = client.run();
      boolean right =
          transfer.exact()
              && transfer.sent() == size
              && transfer.firstDifference() == -1
              && transfer.sawEnd();
      return right ? "" : size + ": " + transfer;
    } catch (IOException | AssertionError e) {
      return size + ": " + e;
    }
  }

  private static PlainClient client(RunningNode node, String endpoint) {
    PlainClient client = lateReader(node.port(endpoint));
    return endpoint.equals("tls")
        ? client.tls(TestCertificates.shared().clientContext()).tlsProtocol("TLSv1.3")
        : client;
  }

  private static PlainClient lateReader(int port) {
    return PlainClient.to(port).halfClose().lateReader(LATE).deadline(Duration.ofSeconds(100));
  }

  private static RunningNode node(Transport transport) {
    RunningNode running = NODES.get(transport);
    if (running == null) {
      TestCertificates certificates = TestCertificates.shared();
      running =
          RunningNode.startOn(
              transport,
              """
              echo:
                endpoints:
                  - {name: plain, port: 0}
                  - name: tls
                    port: 0
                    tls: {certFile: '%s', keyFile: '%s'}
              """
                  .formatted(certificates.serverCertificate(), certificates.serverKey()));
      NODES.put(transport, running);
    }
    return running;
  }
}
