package dev.echomesh.tester.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.testing.Checks;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.PeerConnection;
import dev.echomesh.testing.RefusingPort;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check finds what it is there to find, and no server keeps one from ending. */
class FaultyServersIT {
  private static final JsonObject SHORT =
      new JsonObject().put("gentle", true).put("idle", "100ms").put("timeout", "500ms");

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments(
            "handshake",
            onlyTheFirst(50, FaultyServersIT::echo),
            "of 20 connections at once \\d+ were not served: of 1 byte sent 0 came back, .*"),
        arguments(
            "integrity",
            changing(4096, bytes -> bytes[17] ^= 1),
            "incompressible data, size [\\d,]+: byte [\\d,]+ is 0x[0-9a-f]{2}, expected 0x[0-9a-f]{2}"),
        arguments(
            "integrity",
            (Fault) FaultyServersIT::echoWithSurplus,
            "incompressible data, size 1: 1 byte sent, but 2 came back"),
        arguments(
            "stream",
            (Fault) FaultyServersIT::oneReadOneMessage,
            ".*: (byte [\\d,]+ is .*|of .* came back, then nothing for 500ms)"),
        arguments(
            "full-duplex",
            (Fault) FaultyServersIT::readAllThenWrite,
            "nothing came back for 500ms while the last of 8,388,608 bytes were still to be sent"),
        arguments(
            "half-close",
            (Fault) FaultyServersIT::closeAtFin,
            "of [\\d,]+ bytes? sent before a FIN [\\d,]+ came back, then .*"),
        arguments(
            "half-close",
            (Fault) FaultyServersIT::neverEnd,
            "of 1 byte sent before a FIN 1 came back, but the server did not end for 500ms"),
        arguments(
            "idle",
            closingAfterReads(1),
            "after 100ms idle: of 1,024 bytes sent 0 came back, then the server ended .*"),
        arguments(
            "idle",
            (Fault) PeerConnection::drain,
            "before the pause: of 1,024 bytes sent 0 came back, then nothing for 500ms"),
        arguments(
            "half-close",
            sharingItsFate(),
            "a connection beside one that is reset: of 1,024 bytes sent .* came back, then .*"),
        arguments(
            "urgent",
            (Fault) FaultyServersIT::stopAtSomeBytes,
            "of 2,000 ordinary bytes around an urgent one \\d+ came back, then .*"),
        arguments(
            "drip",
            (Fault) FaultyServersIT::waitForFullBuffer,
            "drop 1: of 1 byte sent 0 came back, then nothing for 500ms"),
        arguments(
            "concurrency",
            answeringForAnother(),
            "connection \\d+ of 50: byte [\\d,]+ is .*, which is a byte of connection \\d+"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("faults")
  void shouldFailWithEvidence(String check, Fault fault, String evidence) {
    try (FaultyPeer server = FaultyPeer.start(1, fault)) {
      CheckResult result = Checks.one(check, server.target(), SHORT);

      assertThat(result.verdict()).as(result.toString()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0)).matches(evidence);
    }
  }

  @Test
  void shouldFailAServerThatTakesMoreThanItMaySend() {
    try (FaultyPeer server = FaultyPeer.start(1, PeerConnection::drain)) {
      CheckResult result =
          Checks.one(
              "flow-control",
              server.target(),
              new JsonObject().put("timeout", "500ms").put("maxAbsorbed", "8MiB"));

      assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0))
          .matches("[\\d,]+ bytes were taken from a client that read none");
    }
  }

  @Test
  void shouldNotDecideOnFlowControlByGentleMeansAlone() {
    try (FaultyPeer server = FaultyPeer.start(1, PeerConnection::drain)) {
      CheckResult result = Checks.one("flow-control", server.target(), SHORT);

      assertThat(result.verdict()).isEqualTo(CheckVerdict.INCONCLUSIVE);
      assertThat(result.evidence().get(0)).endsWith("no more is tried gently");
    }
  }

  @Test
  void shouldFailTlsThatIsNone() {
    try (FaultyPeer server = FaultyPeer.start(1, Fault.tlsGarbage())) {
      CheckResult result =
          Checks.one("tls", server.target(), SHORT.copy().put("tls", new JsonObject()));

      assertThat(result.verdict()).isEqualTo(CheckVerdict.FAIL);
      assertThat(result.evidence().get(0)).startsWith(server.target() + ": no TLS: ");
    }
  }

  @ParameterizedTest
  @EnumSource(CheckName.class)
  void shouldEndWhenNothingIsEverAnswered(CheckName check) {
    try (FaultyPeer server = FaultyPeer.start(1, PeerConnection::stall)) {
      CheckResult result = Checks.one(check.key(), server.target(), SHORT);

      assertThat(result.verdict())
          .isEqualTo(check == CheckName.TLS ? CheckVerdict.SKIPPED : CheckVerdict.FAIL);
      assertThat(result.evidence()).isNotEmpty();
    }
  }

  @Test
  void shouldFailEveryCheckOfAServerThatResets() {
    try (FaultyPeer server = FaultyPeer.start(1, PeerConnection::reset)) {
      CheckReport report = Checks.all(server.target(), List.of(), SHORT);

      assertThat(report.passed()).isFalse();
      assertThat(report.results())
          .filteredOn(result -> result.check() != CheckName.TLS)
          .allSatisfy(
              result ->
                  assertThat(result.verdict())
                      .as(result.toString())
                      .isIn(CheckVerdict.FAIL, CheckVerdict.INCONCLUSIVE));
    }
  }

  @Test
  void shouldFailTheHandshakeAloneWhereNobodyListens() {
    try (RefusingPort port = RefusingPort.reserve()) {
      CheckReport report = Checks.all("127.0.0.1:" + port.port(), List.of(), SHORT);

      assertThat(report.passed()).isFalse();
      assertThat(report.results().get(0).evidence())
          .containsExactly("127.0.0.1:" + port.port() + ": refused");
      assertThat(report.count(CheckVerdict.FAIL)).isEqualTo(1);
      assertThat(report.count(CheckVerdict.INCONCLUSIVE)).isEqualTo(CheckName.values().length - 2);
    }
  }

  private static void echo(PeerConnection connection) throws IOException {
    for (byte[] some = connection.readSome(); some.length > 0; some = connection.readSome()) {
      connection.write(some);
    }
  }

  /** Serves so many connections, and then only takes them. */
  private static Fault onlyTheFirst(int served, Fault then) {
    AtomicInteger count = new AtomicInteger();
    int alone = served - 40; // the burst begins after the first one
    return connection -> {
      if (count.incrementAndGet() <= alone) {
        then.serve(connection);
      } else {
        connection.stall();
      }
    };
  }

  private interface Change {
    void to(byte[] bytes);
  }

  /** Damages each read of at least so many bytes. */
  private static Fault changing(int atLeast, Change change) {
    return connection -> {
      for (byte[] some = connection.readSome(); some.length > 0; some = connection.readSome()) {
        if (some.length >= atLeast) {
          change.to(some);
        }
        connection.write(some);
      }
    };
  }

  private static void echoWithSurplus(PeerConnection connection) throws IOException {
    for (byte[] some = connection.readSome(); some.length > 0; some = connection.readSome()) {
      connection.write(Arrays.copyOf(some, some.length + 1));
    }
  }

  /** Takes each read for one message of 64 bytes at most. */
  private static void oneReadOneMessage(PeerConnection connection) throws IOException {
    for (byte[] some = connection.readSome(); some.length > 0; some = connection.readSome()) {
      connection.write(Arrays.copyOf(some, Math.min(some.length, 64)));
    }
  }

  private static void readAllThenWrite(PeerConnection connection) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] some = connection.readSome(); some.length > 0; some = connection.readSome()) {
      all.writeBytes(some);
      if (all.size() == 8 << 20) {
        connection.write(all.toByteArray());
      }
    }
  }

  /** Loses what came with the FIN, as a server does that closes at once. */
  private static void closeAtFin(PeerConnection connection) throws IOException {
    byte[] before = connection.readSome();
    for (byte[] some = connection.readSome(); some.length > 0; some = connection.readSome()) {
      connection.write(before);
      before = some;
    }
  }

  private static void neverEnd(PeerConnection connection) throws IOException {
    echo(connection);
    connection.stall();
  }

  private static Fault closingAfterReads(int reads) {
    return connection -> {
      for (int i = 0; i < reads; i++) {
        connection.write(connection.readSome());
      }
      connection.finish();
      connection.drain();
    };
  }

  private static void stopAtSomeBytes(PeerConnection connection) throws IOException {
    connection.write(Arrays.copyOf(connection.readSome(), 500));
    connection.stall();
  }

  private static void waitForFullBuffer(PeerConnection connection) throws IOException {
    byte[] full = new byte[1024];
    int length = 0;
    for (byte[] one = connection.readFrame(); one.length > 0; one = connection.readFrame()) {
      full[length++] = one[0];
      if (length == full.length) {
        connection.write(full);
        length = 0;
      }
    }
  }

  /** Ends every connection as soon as one was reset. */
  private static Fault sharingItsFate() {
    AtomicInteger resets = new AtomicInteger();
    return connection -> {
      try {
        for (byte[] some = connection.readSome(); some.length > 0; some = connection.readSome()) {
          if (resets.get() > 0) {
            connection.reset();
          }
          connection.write(some);
        }
      } catch (java.net.SocketException reset) {
        resets.incrementAndGet();
        throw reset;
      }
    };
  }

  /** Answers the second connection that speaks with what the first one said. */
  private static Fault answeringForAnother() {
    List<byte[]> said = Collections.synchronizedList(new ArrayList<>());
    AtomicLong speakers = new AtomicLong();
    return connection -> {
      byte[] first = connection.readSome();
      said.add(first);
      if (speakers.incrementAndGet() == 2) {
        connection.write(said.get(0));
        connection.drain();
      } else {
        connection.write(first);
        echo(connection);
      }
    };
  }
}
