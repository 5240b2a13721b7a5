package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.testing.HostileClients;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.TestCertificates;
import dev.echomesh.testing.Transfer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client may take of a node, and all of them together. */
class ResourceLimitsIT {
  private static final int SLOW_STEP = 256 * 1024;
  private static final byte[] CHUNK = new byte[64 * 1024];

  /** A connection that is reset counts until its event loop has closed it. */
  private static final long MOST_HANDSHAKES = Handshakes.MOST + 200;

  private static final int HONEST = 10;

  @Test
  void shouldServeNoMoreOfAnAddressThanConfiguredAndFollowAChange() throws IOException {
    String yaml =
        "echo: {endpoints: [{name: echo, port: 0, host: '::', maxConnectionsPerAddress: %d}]}";
    try (LocalNode node = LocalNode.start(yaml.formatted(2));
        OpenConnection first = OpenConnection.from("127.0.0.2", node.port("echo"));
        OpenConnection second = OpenConnection.from("127.0.0.2", node.port("echo"));
        OpenConnection other = OpenConnection.from("127.0.0.3", node.port("echo"))) {
      assertThat(first.echoes(1)).isTrue();
      assertThat(second.echoes(1)).isTrue();
      assertThat(other.echoes(1)).isTrue();
      assertThat(isServed(node, "127.0.0.2")).isFalse();

      node.follow(yaml.formatted(1));
      assertThat(first.echoes(1)).isTrue();
      assertThat(second.echoes(1)).isTrue();
      assertThat(isServed(node, "127.0.0.3")).isFalse();
      second.leave();
      node.await("echo", info -> info.connections() == 2);
      assertThat(isServed(node, "127.0.0.2")).isFalse();
      first.leave();
      node.await("echo", info -> info.connections() == 1);
      assertThat(isServed(node, "127.0.0.2")).isTrue();

      assertThat(node.info("echo").rejected())
          .containsEntry("max_connections_per_address", 3L)
          .containsEntry("max_connections", 0L);
    }
  }

  @Test
  void shouldRejectWhoComesFasterThanTheAcceptRate() throws IOException {
    try (LocalNode node =
        LocalNode.start("echo: {endpoints: [{name: echo, port: 0, acceptRate: 1}]}")) {
      int served = 0;
      int rejected = 0;
      for (int i = 0; i < 100 && rejected < 3; i++) {
        if (isServed(node, "127.0.0.1")) {
          served++;
        } else {
          rejected++;
        }
      }

      assertThat(rejected).isEqualTo(3);
      EndpointInfo info = node.info("echo");
      assertThat(info.rejected()).containsEntry("accept_rate", 3L);
      assertThat(info.accepted()).isEqualTo(served).isPositive();
      Patience.until("the rate has recovered", () -> isServed(node, "127.0.0.1"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  void shouldResetAClientThatTakesNothingAndNotOneThatIsIdleOrSlow(String transport)
      throws IOException {
    try (LocalNode node =
            start(transport, "{endpoints: [{name: echo, port: 0, stallTimeout: 2s}]}");
        OpenConnection idle = OpenConnection.to(node.port("echo"));
        OpenConnection slow = OpenConnection.withReceiveBuffer(4096, node.port("echo"));
        HostileClients stalled = HostileClients.of(node.port("echo")).connect(3)) {
      assertThat(idle.echoes(1)).isTrue();
      Thread sender = Thread.currentThread();
      byte[] owed = OpenConnection.pattern(4 << 20);
      Thread feeding =
          new Thread(
              () -> {
                try {
                  slow.send(owed);
                } catch (IOException e) {
                  sender.interrupt();
                }
              });
      feeding.start();
      // the slow one takes a little each time, the others nothing
      int taken = 0;
      while (stalled.ended() < 3 && taken < owed.length) {
        var unused = stalled.send(CHUNK);
        taken += slow.read(2048).length;
        if (ended(node.info("echo"), "stalled") == 3) {
          break;
        }
      }
      while (taken < owed.length) {
        int count = slow.read(Math.min(65_536, owed.length - taken)).length;
        assertThat(count).isPositive();
        taken += count;
      }
      assertThat(idle.echoes(10)).isTrue();
      EndpointInfo info =
          node.await("echo", now -> ended(now, "stalled") == 3 && now.connections() == 2);
      assertThat(info.cut()).isPositive();
      feeding.join();
    } catch (InterruptedException e) {
      throw new AssertionError("the slow client was cut", e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void shouldKeepNoMoreForClientsThanConfigured(String transport) throws IOException {
    try (LocalNode node =
            start(
                transport,
                "{maxBuffered: 1MiB, endpoints: [{name: echo, port: 0}, {name: other, port: 0}]}");
        OpenConnection honest = OpenConnection.to(node.port("echo"));
        HostileClients stalled = HostileClients.of(node.port("echo")).connect(60)) {
      assertThat(honest.echoes(10)).isTrue();
      Patience.until(
          "some are reset",
          () -> {
            var unused = stalled.send(CHUNK);
            assertThat(honest.echoes(1000)).isTrue();
            assertThat(isServed(node, "echo")).as("a new client").isTrue();
            assertThat(isServed(node, "other")).as("another endpoint").isTrue();
            return ended(node.info("echo"), "max_buffered") > 0;
          });
      // whoever sends on is reset in turn; whoever reads is served
      assertThat(honest.echoes(100_000)).isTrue();
    }
  }

  @Test
  void shouldCountTheBeginningOfARecordAsKept() throws IOException {
    try (LocalNode node =
            LocalNode.start(
                """
                echo:
                  maxBuffered: 4MiB
                  endpoints: [{name: echo, port: 0, mode: framed, frameLength: 1MiB}]
                """);
        HostileClients hostile = HostileClients.of(node.port("echo")).connect(20)) {
      byte[] part = new byte[100_000];
      Patience.until(
          "some are reset",
          () -> {
            if (node.info("echo").bytesReceived() < 15_000_000) {
              var unused = hostile.send(part);
            }
            return ended(node.info("echo"), "max_buffered") > 0;
          });
    }
  }

  /** Or a timeout could take it for one that takes nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"idleTimeout", "stallTimeout"})
  void shouldSeeASlowClientTakeWhatItIsOwed(String timeout) throws Exception {
    byte[] data = new byte[16 << 20];
    try (LocalNode node =
            start("epoll", "{endpoints: [{name: echo, port: 0, %s: 1h}]}".formatted(timeout));
        OpenConnection client = OpenConnection.withReceiveBuffer(64 * 1024, node.port("echo"))) {
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.send(data);
                } catch (IOException ended) {
                  // by this test, which does not take all of it
                }
              });
      for (int step = 0; step < 20; step++) {
        long before = node.info("echo").bytesSent();
        assertThat(client.read(SLOW_STEP)).hasSize(SLOW_STEP);
        var unused = node.await("echo", info -> info.bytesSent() > before);
      }
      client.leave();
      sending.join();
    }
  }

  /** More than may be under way, of which none ever goes on, in front of one that does. */
  @ParameterizedTest
  @CsvSource({"epoll, true", "epoll, false", "nio, true", "nio, false", "io_uring, true"})
  void shouldEndHandshakesThatKeepItWaiting(String transport, boolean begins) throws IOException {
    TestCertificates certificates = TestCertificates.shared();
    byte[] start = begins ? HostileClients.hello(certificates.clientContext()) : new byte[0];
    try (LocalNode node = startTls(transport, certificates);
        HostileClients hostile = HostileClients.of(node.port("echo"))) {
      var unused = hostile.connect(3 * Handshakes.MOST / 2).send(start);
      node.await("echo", info -> info.connections() >= Handshakes.MOST);

      assertThat(
              PlainClient.to(node.port("echo"))
                  .deadline(Duration.ofSeconds(25)) // before handshakes end by themselves
                  .bytes(100_000)
                  .halfClose()
                  .tls(certificates.clientContext())
                  .run()
                  .exact())
          .isTrue();
      EndpointInfo info = node.info("echo");
      assertThat(info.connections()).isLessThan(MOST_HANDSHAKES);
      assertThat(info.rejected().getOrDefault("tls", 0L)).isPositive();
    }
  }

  /** They are in the midst of it: more handshakes come behind each than may be under way. */
  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio", "io_uring"})
  void shouldServeEveryHonestClientInAFloodOfHandshakes(String transport) throws Exception {
    TestCertificates certificates = TestCertificates.shared();
    byte[] hello = HostileClients.hello(certificates.clientContext());
    ExecutorService honest = Executors.newFixedThreadPool(HONEST);
    try (LocalNode node = startTls(transport, certificates);
        HostileClients hostile = HostileClients.of(node.port("echo"))) {
      PlainClient client =
          PlainClient.to(node.port("echo")).bytes(1000).tls(certificates.clientContext());
      List<Future<Transfer>> exchanges = new ArrayList<>();
      for (int i = 0; i < HONEST; i++) {
        var unused = hostile.connect(Handshakes.MOST / 5).send(hello);
        exchanges.add(honest.submit(client::run));
      }
      var unused = hostile.connect(2 * Handshakes.MOST).send(hello);

      for (Future<Transfer> exchange : exchanges) {
        assertThat(exchange.get(60, TimeUnit.SECONDS).exact()).isTrue();
      }
      assertThat(node.info("echo").accepted()).isEqualTo(HONEST);
    } finally {
      honest.shutdownNow();
    }
  }

  private static long ended(EndpointInfo info, String reason) {
    return info.ended().getOrDefault(reason, 0L);
  }

  private static LocalNode startTls(String transport, TestCertificates certificates) {
    return start(
        transport,
        "{instances: 1, endpoints: [{name: echo, port: 0, tls: {certFile: %s, keyFile: %s}}]}"
            .formatted(certificates.serverCertificate(), certificates.serverKey()));
  }

  private static LocalNode start(String transport, String echo) {
    return LocalNode.start("{node: {transport: %s}, echo: %s}".formatted(transport, echo));
  }

  private static boolean isServed(LocalNode node, String endpointOrSource) throws IOException {
    boolean isSource = endpointOrSource.startsWith("127.");
    int port = node.port(isSource ? "echo" : endpointOrSource);
    try (OpenConnection client =
        OpenConnection.from(isSource ? endpointOrSource : "127.0.0.1", port)) {
      return client.echoes(1);
    } catch (java.net.SocketException reset) {
      return false;
    }
  }
}
