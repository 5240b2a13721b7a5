package dev.echomesh.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.TestClient;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.testing.HostileClients;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a hostile network can send, each for as long as an honest client probes a second endpoint of
 * the same node. The probes must stay exact, and afterwards nothing may be left of the attack.
 */
class AttacksIT {
  private static final int FRAMES = 200;

  /** One turn of an attack, done over and over; the clients are those of the turn before. */
  private enum Attack {
    SLOWLORIS("stream") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        if (turn < 40) {
          clients.connect(25);
        }
        if (turn % 50 == 0) {
          var unused = clients.send(new byte[] {1});
        }
      }
    },
    SLOWLORIS_TLS("tls") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        if (turn < 20) {
          // the beginning of a client hello, and no more
          clients.connect(25);
          var unused = clients.send(new byte[] {22});
        }
      }
    },
    TLS_HELLOS("open-tls") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        if (turn < 60) {
          // handshakes that the node takes up, and that nobody goes on with
          clients.connect(25);
        }
        var unused = clients.send(HELLO);
      }
    },
    TLS_HANDSHAKES("open-tls") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        clients.handshake(TestCertificates.shared().clientContext());
      }
    },
    CONNECTION_FLOOD("stream") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        clients.connect(20).leave(20);
      }
    },
    RST_STORM("stream") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        var unused = clients.connect(20).send(GARBAGE);
        clients.reset();
      }
    },
    NEVER_READS("stream") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        if (turn < 20) {
          clients.connect(10);
        }
        var unused = clients.send(GARBAGE);
      }
    },
    GARBAGE_TO_FRAMED("framed") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        var unused = clients.connect(5).send(GARBAGE);
        clients.leave(5);
      }
    },
    HUGE_LENGTHS_TO_FRAMED("framed") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        if (turn < 20) {
          clients.connect(5);
        }
        var unused = clients.send(HUGE_LENGTH);
      }
    },
    GARBAGE_TO_TLS("tls") {
      @Override
      void turn(HostileClients clients, int turn) throws IOException {
        var unused = clients.connect(5).send(turn % 2 == 0 ? GARBAGE : HTTP);
        clients.leave(5);
      }
    };

    private static final byte[] GARBAGE = garbage();
    private static final byte[] HELLO =
        HostileClients.hello(TestCertificates.shared().clientContext());
    private static final byte[] HTTP = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII);
    // the header of a frame: magic, run, connection, then a length of 2 GiB
    private static final byte[] HUGE_LENGTH = {
      'E', 'C', 'H', 'O', 0, 0, 0, 1, 0, 0, 0, 1, 0x7f, -1, -1, -1, 0, 0, 0, 0
    };

    private final String endpoint;

    Attack(String endpoint) {
      this.endpoint = endpoint;
    }

    abstract void turn(HostileClients clients, int turn) throws IOException;

    private static byte[] garbage() {
      byte[] bytes = new byte[64 * 1024];
      new SplittableRandom(7).nextBytes(bytes);
      return bytes;
    }
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  void shouldGoOnForOthers(Attack attack) throws IOException {
    try (LocalNode node = start();
        HostileClients clients = HostileClients.of(node.port(attack.endpoint))) {
      CompletableFuture<TestReport> honest = probe(node);
      for (int turn = 0; !honest.isDone(); turn++) {
        attack.turn(clients, turn);
      }

      TestReport report = honest.join();
      assertThat(report.passed()).as("%s", report.reasons()).isTrue();
      assertThat(report.outcomes().counts()).isEqualTo(Map.of(Outcome.OK, (long) FRAMES));
      assertThat(node.info(attack.endpoint).accepted() + rejected(node, attack)).isPositive();

      clients.reset();
      // none is open, and none that was in the backlog came while the counters were read
      EndpointInfo after =
          node.await(
              attack.endpoint,
              info ->
                  info.connections() == 0
                      && (attack.endpoint.equals("framed")
                          || info.bytesSent() + info.cut() == info.bytesReceived()));
      assertThat(after.ended()).containsEntry("failure", 0L);
      assertThat(after.acceptFailures()).isZero();
      Patience.until("honest clients are served", () -> isExact(node));
    }
  }

  private static long rejected(LocalNode node, Attack attack) {
    return node.info(attack.endpoint).rejected().values().stream().mapToLong(n -> n).sum();
  }

  private static boolean isExact(LocalNode node) {
    return probe(node).join().passed();
  }

  private static CompletableFuture<TestReport> probe(LocalNode node) {
    JsonObject request =
        new JsonObject()
            .put("target", "127.0.0.1:" + node.port("honest"))
            .put("mode", "rate")
            .put("rate", 200)
            .put("connections", 4)
            .put("count", FRAMES);
    return new TestClient(node.node().vertx())
        .run(TestRequest.fromJson(request), id -> {}, news -> {})
        .toCompletionStage()
        .toCompletableFuture();
  }

  private static LocalNode start() {
    TestCertificates certificates = TestCertificates.shared();
    return LocalNode.start(
        """
        echo:
          maxBuffered: 16MiB
          endpoints:
            - {name: honest, port: 0}
            - {name: stream, port: 0, maxConnections: 500, stallTimeout: 1s}
            - {name: framed, port: 0, mode: framed, frameLength: 1MiB, maxConnections: 500}
            - {name: tls, port: 0, maxConnections: 200, tls: {certFile: %1$s, keyFile: %2$s}}
            - {name: open-tls, port: 0, tls: {certFile: %1$s, keyFile: %2$s}}
        """
            .formatted(certificates.serverCertificate(), certificates.serverKey()));
  }
}
