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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that has ended its half still gets every byte, then an orderly end: FIN, and over TLS a
 * close_notify before it (RFC 8446 §6.1; the test JVM takes a FIN without one for a failure).
 */
@Timeout(400)
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

  /** They wait for each other's kernels more than they compute. */
  private static final int RUNS_AT_A_TIME = 4;

  private static final List<Transport> TRANSPORTS =
      List.of(Transport.EPOLL, Transport.IO_URING, Transport.NIO);

  private static final ExecutorService RUNS = Executors.newFixedThreadPool(RUNS_AT_A_TIME);
  private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();
  private static final Map<Transport, CompletableFuture<RunningNode>> NODES =
      new EnumMap<>(Transport.class);
  private static final Map<Path, CompletableFuture<Outcome>> OUTCOMES = new HashMap<>();
  private static final Map<Transport, CompletableFuture<List<String>>> USUAL =
      new EnumMap<>(Transport.class);

  /** What is transferred, on endpoints of its own. */
  private enum Kind {
    ANY_SIZE,
    ANY_SIZE_THROUGH_SMALL_BUFFERS,
    SWEEP,
    SWEEP_THROUGH_SMALL_BUFFERS,
    /**
     * Only with the system's buffers: through 8 KiB the client's kernel opens its window so slowly
     * that 64 MiB were seen to take half a minute.
     */
    SIXTY_FOUR_MEBIBYTES;

    long[] sizes() {
      return switch (this) {
        case ANY_SIZE, ANY_SIZE_THROUGH_SMALL_BUFFERS -> SIZES;
        case SWEEP, SWEEP_THROUGH_SMALL_BUFFERS -> HalfCloseIT.SWEEP;
        case SIXTY_FOUR_MEBIBYTES -> new long[] {64 * MIB};
      };
    }

    /** SO_SNDBUF and SO_RCVBUF; 0 for the system's own. */
    int buffer() {
      return switch (this) {
        case ANY_SIZE_THROUGH_SMALL_BUFFERS, SWEEP_THROUGH_SMALL_BUFFERS -> SMALL_BUFFER;
        case ANY_SIZE, SWEEP, SIXTY_FOUR_MEBIBYTES -> 0;
      };
    }
  }

  private record Path(Transport transport, boolean tls, Kind kind) {
    String endpoint() {
      return (tls ? "tls-" : "plain-") + kind.name();
    }
  }

  private record Outcome(List<String> faults, EndpointInfo counted) {}

  private static Stream<Path> paths() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                TRANSPORTS.stream()
                    .flatMap(
                        transport ->
                            Stream.of(
                                new Path(transport, false, kind),
                                new Path(transport, true, kind))));
  }

  @BeforeAll
  static void startEverything() {
    TRANSPORTS.forEach(
        each -> NODES.put(each, CompletableFuture.supplyAsync(() -> start(each), RUNS)));
    paths()
        .forEach(path -> OUTCOMES.put(path, CompletableFuture.supplyAsync(() -> run(path), RUNS)));
    TRANSPORTS.forEach(
        each -> USUAL.put(each, CompletableFuture.supplyAsync(() -> runUsual(each), RUNS)));
    RUNS.shutdown();
  }

  @AfterAll
  static void closeNodes() {
    NODES.values().stream()
        .filter(node -> !node.isCompletedExceptionally())
        .forEach(node -> node.join().close());
    CLIENTS.shutdown();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("paths")
  void shouldLoseNoByte(Path path) {
    Outcome outcome = result(OUTCOMES.get(path));

    assertThat(outcome.faults).as("faults, by size").containsOnly("");
    long total = LongStream.of(path.kind.sizes()).sum();
    assertThat(outcome.counted.connections()).isZero();
    assertThat(outcome.counted.cut()).isZero();
    assertThat(outcome.counted.truncated()).isZero();
    assertThat(outcome.counted.bytesReceived()).isEqualTo(total);
    assertThat(outcome.counted.bytesSent()).isEqualTo(total);
  }

  /** The measure itself: an echo that does lose bytes is found out by the same sizes. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
  void shouldFindOutTheUsualVertxEcho(Transport transport) {
    assertThat(result(USUAL.get(transport)))
        .as("transfers that were not exact")
        .anyMatch(fault -> !fault.isEmpty());
  }

  private static List<String> runUsual(Transport transport) {
    try (PipeToEcho echo = PipeToEcho.start(transport)) {
      return faults(SWEEP, () -> lateReader(echo.port()));
    }
  }

  private static Outcome run(Path path) {
    RunningNode node = Objects.requireNonNull(NODES.get(path.transport)).join();
    List<String> faults = faults(path.kind.sizes(), () -> client(node, path));
    return new Outcome(faults, node.idleEndpoint(path.endpoint()));
  }

  /** What came of it, an assumption that did not hold included. */
  private static <T> T result(@Nullable CompletableFuture<T> future) {
    try {
      return Objects.requireNonNull(future).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
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

  private static PlainClient client(RunningNode node, Path path) {
    PlainClient client =
        lateReader(node.port(path.endpoint())).buffers(path.kind.buffer(), path.kind.buffer());
    return path.tls
        ? client.tls(TestCertificates.shared().clientContext()).tlsProtocol("TLSv1.3")
        : client;
  }

  private static PlainClient lateReader(int port) {
    return PlainClient.to(port).halfClose().lateReader(LATE).deadline(Duration.ofSeconds(100));
  }

  private static RunningNode start(Transport transport) {
    TestCertificates certificates = TestCertificates.shared();
    StringBuilder yaml = new StringBuilder("echo:\n  endpoints:\n");
    for (Kind kind : Kind.values()) {
      yaml.append(
          "    - {name: %s, port: 0}%n".formatted(new Path(transport, false, kind).endpoint()));
      yaml.append(
          "    - {name: %s, port: 0, tls: {certFile: '%s', keyFile: '%s'}}%n"
              .formatted(
                  new Path(transport, true, kind).endpoint(),
                  certificates.serverCertificate(),
                  certificates.serverKey()));
    }
    return RunningNode.startOn(transport, yaml.toString());
  }
}
