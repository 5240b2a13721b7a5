package dev.echomesh.tester;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.testing.Blackhole;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.Probing;
import dev.echomesh.testing.RefusingPort;
import dev.echomesh.testing.RetransmittedSegments;
import dev.echomesh.testing.SocketTable;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Probes of both kinds, over the event bus of a node, against peers that misbehave in every way.
 */
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class ProbesIT {
  private static final int LENGTH = 64;
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();

  private static LocalNode node;
  private static Vertx vertx;

  @BeforeAll
  static void startNode() {
    node =
        LocalNode.start(
            """
            tester: {maxProbes: 50}
            echo:
              endpoints:
                - {name: echo, port: 0}
                - name: mutual
                  port: 0
                  tls: {certFile: %s, keyFile: %s, clientCaFile: %s}
            """
                .formatted(
                    CERTIFICATES.serverCertificate(), CERTIFICATES.serverKey(), CERTIFICATES.ca()));
    vertx = node.node().vertx();
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  static Stream<Arguments> faults() {
    List<Arguments> cases = new ArrayList<>();
    both(cases, "exact", Fault.exactEcho(), "ok 5");
    both(cases, "flips a bit", Fault.flipBit(3, 40), "ok 4, mismatch 1");
    both(cases, "drops", Fault.drop(3), "ok 3, timeout 1");
    both(cases, "doubles", Fault.duplicate(3), "ok 4, duplicated 1");
    both(cases, "truncates", Fault.truncate(3), "ok 3, truncated 1");
    both(cases, "closes", Fault.closeAfter(3), "ok 3, closed 1");
    both(cases, "closes at once", Fault.closeAfter(0), "closed 1");
    both(cases, "resets", Fault.resetAfter(3), "ok 3, reset 1");
    both(cases, "never answers", Fault.neverAnswer(), "timeout 1");
    both(cases, "never reads", Fault.stopReading(), "timeout 1");
    both(cases, "garbage", Fault.garbage(3, 1), "ok 4, mismatch 1");
    both(cases, "inserts a byte", Fault.insertByte(1), "ok 2, mismatch 2");
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faults")
  void shouldTellEveryOutcome(String kind, String what, Fault fault, String expected) {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, fault)) {
      Probing probe = open(peer.target(), kind, expected);
      long before = RetransmittedSegments.now();

      ProbeSample sample = probe.sample(5);

      assertThat(sample.outcomes()).as("%s", sample).isEqualTo(parse(expected));
      assertThat(sample.problem() == null).isEqualTo(expected.equals("ok 5"));
      assertThat(sample.connectMicros()).isPositive();
      // none, unless the kernel had to on a machine that is loaded
      assertThat(requireNonNull(sample.tcp()).retransmits())
          .isBetween(0L, RetransmittedSegments.now() - before);
      assertThat(sample.rttMicros()).allMatch(micros -> micros > 0);
      assertThat((long) sample.rttMicros().size())
          .isGreaterThanOrEqualTo(sample.outcomes().count(Outcome.OK));
      probe.close();
    }
  }

  @Test
  void shouldTellAFrameOfAnotherProbe() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.answerWithFrameOfOtherConnection(1))) {
      Probing one = open(peer.target(), "frames");
      Probing other = open(peer.target(), "frames");
      assertThat(other.sample(1).outcomes()).isEqualTo(parse("ok 1"));
      assertThat(one.sample(3).outcomes()).isEqualTo(parse("ok 2, foreign 1"));
      one.close();
      other.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"frames", "connect"})
  void shouldTellWhyThereIsNoConnection(String kind) {
    try (RefusingPort refusing = RefusingPort.reserve();
        Blackhole hole = Blackhole.open()) {
      assertNoConnection("127.0.0.1:" + refusing.port(), kind, "refused 1");
      assertNoConnection("127.0.0.1:" + hole.port(), kind, "connect_timeout 1");
      assertNoConnection("nobody.invalid:7", kind, "unresolved 1");
    }
  }

  @Test
  void shouldTellThatTlsCannotBeAgreedOn() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.tlsGarbage())) {
      Probing probe = Probing.open(vertx, request(peer.target(), "connect").put("tls", tls()));
      ProbeSample sample = probe.sample(2);
      assertThat(sample.outcomes()).isEqualTo(parse("tls_failed 1"));
      assertThat(sample.connectMicros()).isPositive();
      assertThat(sample.tlsMicros()).isNull();
      probe.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"frames", "connect"})
  void shouldShowItsCertificateToAnEndpointThatWantsOne(String kind) {
    Probing probe = Probing.open(vertx, request(endpoint("mutual"), kind).put("tls", tls()));
    ProbeSample sample = probe.sample(3);
    assertThat(sample.outcomes()).as("%s", sample).isEqualTo(parse("ok 3"));
    assertThat(sample.tlsMicros()).isPositive();
    probe.close();
  }

  @Test
  void shouldKeepOneConnectionWhateverTheFramesAreLong() {
    long before = node.info("echo").accepted();
    Probing probe = open(endpoint("echo"), "frames");

    assertThat(probe.sample(1).connectMicros()).isPositive();
    for (int length : new int[] {32, 1500, 32, 1 << 20, 9000}) {
      ProbeSample sample =
          probe.sample(new JsonObject().put("frames", 10).put("frameLength", length));
      assertThat(sample.outcomes()).isEqualTo(parse("ok 10"));
      assertThat(sample.connectMicros()).isNull();
      assertThat(sample.rttMicros()).hasSize(10);
    }

    assertThat(node.info("echo").accepted()).isEqualTo(before + 1);
    probe.close();
    node.await("echo", info -> info.connections() == 0);
  }

  @Test
  void shouldMakeTheConnectionAgainWhenItHasEnded() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.resetAfter(3))) {
      Probing probe = open(peer.target(), "frames");
      for (int round = 1; round <= 3; round++) {
        ProbeSample sample = probe.sample(5);
        assertThat(sample.outcomes()).isEqualTo(parse("ok 3, reset 1"));
        assertThat(sample.connectMicros()).isPositive();
        assertThat(peer.accepted()).isEqualTo(round);
      }
      probe.close();
    }
  }

  @Test
  void shouldEndAConnectionThatIsMadeAfterItsProbeWasClosed() throws IOException {
    try (SSLServerSocket server =
        (SSLServerSocket)
            CERTIFICATES.serverContext().getServerSocketFactory().createServerSocket()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      server.setSoTimeout(20_000);
      Probing probe =
          Probing.open(
              vertx,
              request("127.0.0.1:" + server.getLocalPort(), "frames")
                  .put("timeout", "20s")
                  .put("tls", tls()));
      Future<ProbeSample> sample =
          vertx.executeBlocking(() -> probe.sample(new JsonObject().put("frames", 1)));
      try (SSLSocket accepted = (SSLSocket) server.accept()) {
        accepted.setSoTimeout(20_000);
        probe.close();
        accepted.startHandshake();

        assertThat(accepted.getInputStream().read()).as("the end, or a frame").isEqualTo(-1);
      }
      assertThat(LocalNode.await(sample).outcomes()).isEqualTo(parse("cancelled 1"));
    }
  }

  /** Nothing was owed, so nothing is missing, but somebody should know. */
  @Test
  void shouldSayWhenTheConnectionEndedBetweenTwoSamples() {
    CountDownLatch ending = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    Fault endsWhenTold =
        connection -> {
          if (first.getAndSet(false)) {
            connection.write(connection.readFrame());
            await(ending);
            return;
          }
          Fault.exactEcho().serve(connection);
        };
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, endsWhenTold)) {
      Probing probe = open(peer.target(), "frames");
      assertThat(probe.sample(1).outcomes()).isEqualTo(parse("ok 1"));
      ending.countDown();
      Patience.until(
          "the peer's end is noticed", () -> SocketTable.connectedTo(peer.port()).isEmpty());

      ProbeSample next = probe.sample(2);

      assertThat(next.outcomes()).isEqualTo(parse("ok 2"));
      assertThat(next.problem()).isEqualTo("connection 0: ended between two samples");
      assertThat(next.connectMicros()).isPositive();
      assertThat(probe.sample(1).problem()).isNull();
      probe.close();
    }
  }

  /** The second copy may come before or after the first sample is told. */
  @Test
  void shouldCountACopyThatComesBetweenTwoSamplesWithTheNext() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.duplicate(1))) {
      Probing probe = open(peer.target(), "frames");
      Outcomes both = probe.sample(2).outcomes().plus(probe.sample(2).outcomes());
      assertThat(both).isEqualTo(parse("ok 3, duplicated 1"));
      probe.close();
    }
  }

  @Test
  void shouldUseAFreshPortEachTimeAndLeaveNoneInTimeWait() {
    Set<String> seen = new HashSet<>();
    long before = node.info("echo").accepted();
    Probing probe = open(endpoint("echo"), "connect");
    for (int i = 0; i < 100; i++) {
      ProbeSample sample = probe.sample(1);
      assertThat(sample.outcomes()).isEqualTo(parse("ok 1"));
      assertThat(sample.connectMicros()).isPositive();
    }

    assertThat(node.info("echo").accepted()).isEqualTo(before + 100);
    SocketTable.connectedTo(node.port("echo")).forEach((port, entry) -> seen.add(entry.toString()));
    assertThat(seen).noneMatch(entry -> entry.contains("TIME_WAIT"));
    probe.close();
  }

  @Test
  void shouldMakeAConnectionAndNoMoreForNoFrames() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.neverAnswer())) {
      Probing probe = open(peer.target(), "connect");
      ProbeSample sample = probe.sample(0);
      assertThat(sample.outcomes()).isEqualTo(Outcomes.none());
      assertThat(sample.connectMicros()).isPositive();
      assertThat(sample.problem()).isNull();
      probe.close();
    }
  }

  /** The listener's queue is full at first, so the kernel drops the SYN and sends it again. */
  @ParameterizedTest
  @ValueSource(strings = {"frames", "connect"})
  void shouldShowThatTheSynWasSentAgain(String kind) {
    try (Blackhole hole = Blackhole.open()) {
      Probing probe =
          Probing.open(vertx, request("127.0.0.1:" + hole.port(), kind).put("timeout", "30s"));
      Future<ProbeSample> sample =
          vertx.executeBlocking(() -> probe.sample(new JsonObject().put("frames", 1)));
      Patience.until(
          "the SYN was sent",
          () ->
              SocketTable.connectedTo(hole.port()).values().stream()
                  .anyMatch(entry -> entry.state().equals("SYN_SENT")));
      hole.relent(Fault.exactEcho(), LENGTH);

      ProbeSample taken = LocalNode.await(sample);

      assertThat(taken.outcomes()).as("%s", taken).isEqualTo(parse("ok 1"));
      assertThat(taken.connectMicros()).isGreaterThan(900_000);
      assertThat(requireNonNull(taken.tcp()).retransmits()).isPositive();
      assertThat(taken.rttMicros()).singleElement().satisfies(rtt -> assertThat(rtt).isPositive());
      probe.close();
    }
  }

  @Test
  void shouldOpenNoMoreProbesThanPermitted() {
    List<Probing> open = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      open.add(open(endpoint("echo"), "frames"));
    }
    assertRefused(
        () -> open(endpoint("echo"), "frames"), Failure.BUSY, "50 probes are open (expected less");

    open.remove(0).close();
    open.add(open(endpoint("echo"), "frames"));
    open.forEach(Probing::close);
  }

  @Test
  void shouldRefuseWhatMayNotBeOrIsNotThere() {
    assertRefused(
        () -> open("192.0.2.1:7", "connect"), Failure.NOT_ALLOWED, "target: 192.0.2.1:7 is");
    assertRefused(() -> ask("sample", "nobody"), Failure.NOT_FOUND, "probe: nobody");
    assertRefused(() -> ask("close", "nobody"), Failure.NOT_FOUND, "probe: nobody");
    JsonObject noFile = new JsonObject().put("caFile", "/no/such");
    assertRefused(
        () -> Probing.open(vertx, request(endpoint("echo"), "frames").put("tls", noFile)),
        Failure.INVALID_REQUEST,
        "tls.caFile: /no/such");
  }

  @Test
  void shouldTakeOneSampleOfAProbeAtATime() {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.neverAnswer())) {
      Probing probe = Probing.open(vertx, request(peer.target(), "frames").put("timeout", "2s"));
      Future<ProbeSample> first =
          vertx.executeBlocking(() -> probe.sample(new JsonObject().put("frames", 1)));
      Patience.until("the first is under way", () -> peer.accepted() == 1);
      assertRefused(() -> probe.sample(1), Failure.BUSY, "probe: " + probe.id());
      assertThat(LocalNode.await(first).outcomes()).isEqualTo(parse("timeout 1"));
      probe.close();
    }
  }

  private static Probing open(String target, String kind) {
    return Probing.open(vertx, request(target, kind));
  }

  /** Only where one is expected may a busy machine have a frame time out. */
  private static Probing open(String target, String kind, String expected) {
    JsonObject request = request(target, kind);
    return Probing.open(
        vertx, expected.contains("timeout") ? request.put("timeout", "400ms") : request);
  }

  private static JsonObject request(String target, String kind) {
    return new JsonObject().put("target", target).put("kind", kind).put("timeout", "20s");
  }

  private static JsonObject ask(String action, String probe) {
    return Probing.ask(vertx, new JsonObject().put("action", action).put("probe", probe));
  }

  private static JsonObject tls() {
    return new JsonObject()
        .put("caFile", CERTIFICATES.ca().toString())
        .put("certFile", CERTIFICATES.clientCertificate().toString())
        .put("keyFile", CERTIFICATES.clientKey().toString());
  }

  private static String endpoint(String name) {
    return "127.0.0.1:" + node.port(name);
  }

  private static void assertNoConnection(String target, String kind, String expected) {
    Probing probe = open(target, kind, expected);
    for (int i = 0; i < 2; i++) {
      ProbeSample sample = probe.sample(3);
      assertThat(sample.outcomes()).isEqualTo(parse(expected));
      assertThat(sample.connectMicros()).isNull();
      assertThat(sample.tcp()).isNull();
      assertThat(sample.rttMicros()).isEmpty();
      assertThat(sample.problem()).isNotBlank();
    }
    probe.close();
  }

  private static void assertRefused(Runnable request, Failure failure, String message) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            ReplyException.class,
            refused -> assertThat(Failure.ofCode(refused.failureCode())).isEqualTo(failure))
        .hasMessageStartingWith(message);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** {@code ok 9, lost 1}. */
  private static Outcomes parse(String outcomes) {
    JsonObject json = new JsonObject();
    for (String part : outcomes.split(", ", -1)) {
      int space = part.indexOf(' ');
      json.put(part.substring(0, space), Long.valueOf(part.substring(space + 1)));
    }
    return Outcomes.fromJson(json);
  }

  private static void both(List<Arguments> cases, String what, Fault fault, String outcomes) {
    for (String kind : Arrays.asList("frames", "connect")) {
      cases.add(Arguments.of(kind, what, fault, outcomes));
    }
  }
}
