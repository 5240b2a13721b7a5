package dev.echomesh.tester;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestClient;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.node.Node;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tester as anyone on the event bus sees it, on a node with one echo endpoint. */
@ExtendWith(VertxExtension.class)
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class TesterBusIT {
  private Node node;
  private Vertx vertx;
  private String self;

  @BeforeEach
  void startNode(VertxTestContext context) {
    start(
            "tester.maxRuns=2",
            "tester.maxConnections=200",
            "tester.maxDuration=1m",
            "tester.maxInFlight=200MiB",
            "tester.maxRate=1000")
        .onComplete(context.succeedingThenComplete());
  }

  @AfterEach
  void stopNode(VertxTestContext context) {
    node.close().onComplete(context.succeedingThenComplete());
  }

  @Test
  void shouldReplyAtOnceThenReportProgressAndPublishTheReport(VertxTestContext context) {
    Checkpoint replied = context.checkpoint();
    Checkpoint progressed = context.laxCheckpoint(2); // another if the run ends late
    Checkpoint reportedToItsFollowers = context.checkpoint();
    Checkpoint reportedToAll = context.checkpoint();
    List<String> ids = new ArrayList<>();

    vertx
        .eventBus()
        .<JsonObject>consumer(
            Addresses.REPORTS,
            message ->
                context.verify(
                    () -> {
                      assertThat(message.body().getString("id")).isEqualTo(ids.get(0));
                      assertThat(message.body().getString("verdict")).isEqualTo("pass");
                      reportedToAll.flag();
                    }));
    JsonObject request =
        new JsonObject().put("target", self).put("warmup", "0s").put("duration", "2500ms");
    vertx
        .eventBus()
        .<JsonObject>request(Addresses.TESTER_RUN, request)
        .onComplete(
            context.succeeding(
                reply -> {
                  String id = reply.body().getString("id");
                  ids.add(id);
                  context.verify(() -> assertThat(reply.body().fieldNames()).containsOnly("id"));
                  vertx
                      .eventBus()
                      .<JsonObject>consumer(
                          Addresses.run(id),
                          news -> {
                            if (TestProgress.TYPE.equals(news.body().getString("type"))) {
                              context.verify(() -> assertProgress(news.body(), id));
                              progressed.flag();
                            } else {
                              context.verify(
                                  () ->
                                      assertThat(TestReport.fromJson(news.body()).passed())
                                          .isTrue());
                              reportedToItsFollowers.flag();
                            }
                          });
                  replied.flag();
                }));
  }

  @ParameterizedTest
  @CsvSource({"1, 64, ping", "1, 65536, stream", "150, 64, ping", "150, 1000, stream"})
  void shouldReconcileBothEndsOfARunAgainstItself(
      int connections, int frameLength, String mode, VertxTestContext context) {
    long frames = 3000;
    JsonObject request =
        toSelf()
            .put("mode", mode)
            .put("connections", connections)
            .put("frameLength", frameLength)
            .put("count", frames);

    run(request)
        .onComplete(
            context.succeeding(
                report ->
                    context.verify(
                        () -> {
                          long bytes = frames * frameLength;
                          assertThat(report.reasons()).isEmpty();
                          assertThat(report.passed()).isTrue();
                          assertThat(report.outcomes().counts())
                              .isEqualTo(Map.of(Outcome.OK, frames));
                          assertThat(report.bytes()).isEqualTo(new TestReport.Bytes(bytes, bytes));
                          TestReport.Peer peer = requireNonNull(report.peer());
                          assertThat(peer.bytesReceived()).isEqualTo(bytes);
                          assertThat(peer.bytesSent()).isEqualTo(bytes);
                          assertThat(report.notes()).isEmpty();
                          assertThat(report.connections().opened()).isEqualTo(connections);
                          assertThat(report.connections().addresses())
                              .hasSize(Math.min(100, connections))
                              .allSatisfy(pair -> assertThat(pair.remote()).isEqualTo(self))
                              .allSatisfy(
                                  pair ->
                                      assertThat(pair.tcp() != null)
                                          .as("TCP_INFO of each, where there is any")
                                          .isEqualTo(report.tcp() != null));
                          context.completeNow();
                        })));
  }

  @Test
  void shouldSayThatAForeignPeerCannotBeAsked(VertxTestContext context) {
    FaultyPeer peer = FaultyPeer.start(64, Fault.exactEcho());
    run(new JsonObject().put("target", peer.target()).put("count", 10))
        .onComplete(done -> peer.close())
        .onComplete(
            context.succeeding(
                report ->
                    context.verify(
                        () -> {
                          assertThat(report.passed()).isTrue();
                          assertThat(report.peer()).isNull();
                          assertThat(report.notes())
                              .containsExactly("peer: the target is not an endpoint of this node");
                          context.completeNow();
                        })));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; target: missing",
        "{'target': 7}; target: 7 (expected a text)",
        "{'target': 'localhost'}; target: localhost (expected HOST:PORT",
        "{'target': 'localhost:7', 'mode': 'pong'}; mode: pong (expected one of ping, rate, stream",
        "{'target': 'localhost:7', 'frameLength': 31}; frameLength: 31 (expected 32 to 1048576",
        "{'target': 'localhost:7', 'connections': 201}; connections: 201 (expected at most 200)",
        "{'target': 'localhost:7', 'connections': 200, 'frameLength': 1048577}; frameLength: 1048577",
        "{'target': 'localhost:7', 'mode': 'stream', 'window': 65536, 'frameLength': 3201};"
            + " connections: 1 (expected with window 65536 and frameLength 3201 at most 209715200",
        "{'target': 'localhost:7', 'duration': '61s'}; duration: 62s (expected with the warm-up",
        "{'target': 'localhost:7', 'tls': {'caFile': '/no/such'}}; tls.caFile: /no/such: ",
        "{'target': 'localhost:7', 'tls': {'certFile': 'x'}}; tls.keyFile: missing"
      })
  void shouldRefuseWhatItCannotDoAndNameTheField(
      String request, String message, VertxTestContext context) {
    refuses(new JsonObject(request.replace('\'', '"')), Failure.INVALID_REQUEST, message, context);
  }

  @Test
  void shouldRefuseARequestWithoutABody(VertxTestContext context) {
    refuses(null, Failure.INVALID_REQUEST, "request: ", context);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:7"})
  void shouldRefuseARequestThatIsNoObject(String body, VertxTestContext context) {
    refuses(body, Failure.INVALID_REQUEST, "request: ", context);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:7", "[2001:db8::1]:7", "0.0.0.0:7", "[::ffff:192.0.2.1]:7"})
  void shouldRefuseAddressesThatAreNotAllowed(String target, VertxTestContext context) {
    refuses(
        new JsonObject().put("target", target).put("timeout", "30s"),
        Failure.NOT_ALLOWED,
        "target: ",
        context);
  }

  /** The peer's name resolves, and to nothing that is allowed: no connection may reach it. */
  @Test
  void shouldRefuseANameByItsAddressBeforeAnyPacket(VertxTestContext context) {
    FaultyPeer peer = FaultyPeer.start(64, Fault.exactEcho());
    node.close()
        .compose(closed -> start("tester.allow[0]=127.0.0.2"))
        .compose(
            restarted ->
                vertx
                    .eventBus()
                    .request(
                        Addresses.TESTER_RUN,
                        new JsonObject().put("target", "localhost:" + peer.port())))
        .onComplete(
            context.failing(
                refused -> {
                  peer.close();
                  context.verify(
                      () -> {
                        assertFailure(refused, Failure.NOT_ALLOWED, "target: localhost:");
                        assertThat(refused).hasMessageContaining("tester.allow: 127.0.0.2");
                        assertThat(peer.accepted()).isZero();
                        context.completeNow();
                      });
                }));
  }

  @ParameterizedTest
  @CsvSource({"rate, 1001", "rate, 1..1001/1s", "connect, 1001", "find-max, 1001"})
  void shouldRefuseMoreThanThePermittedRate(String mode, String rate, VertxTestContext context) {
    vertx
        .eventBus()
        .request(Addresses.TESTER_RUN, toSelf().put("mode", mode).put("rate", rate))
        .onComplete(
            context.failing(
                cause ->
                    context.verify(
                        () -> {
                          assertFailure(cause, Failure.INVALID_REQUEST, "rate: ");
                          assertThat(cause).hasMessageContaining("at most 1000");
                          context.completeNow();
                        })));
  }

  @Test
  void shouldBeBusyWithAsManyRunsAsPermitted(VertxTestContext context) {
    TestClient client = new TestClient(vertx);
    Checkpoint ended = context.checkpoint(2);
    Checkpoint refused = context.checkpoint();
    List<String> begun = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      client
          .run(
              TestRequest.fromJson(toSelf().put("duration", "1m")),
              id -> {
                begun.add(id);
                if (begun.size() == 2) {
                  vertx
                      .eventBus()
                      .request(Addresses.TESTER_RUN, toSelf())
                      .onComplete(
                          context.failing(
                              cause -> {
                                context.verify(
                                    () ->
                                        assertFailure(cause, Failure.BUSY, "2 runs are under way"));
                                begun.forEach(client::cancel);
                                refused.flag();
                              }));
                }
              },
              progress -> {})
          .onComplete(context.succeeding(report -> ended.flag()));
    }
  }

  @Test
  void shouldTakeRunsAgainWhenOneHasEnded(VertxTestContext context) {
    JsonObject request = toSelf().put("count", 10);
    Future<TestReport> last = run(request);
    for (int i = 0; i < 5; i++) {
      last = last.compose(report -> run(request));
    }
    last.onComplete(context.succeedingThenComplete());
  }

  @Test
  void shouldReportWhatWasMeasuredWhenItsUserEndsIt(VertxTestContext context) {
    AtomicBoolean cancelled = new AtomicBoolean();
    TestClient client = new TestClient(vertx);
    JsonObject request = toSelf().put("mode", "stream").put("connections", 5).put("duration", "1m");
    client
        .run(
            TestRequest.fromJson(request),
            id -> {},
            progress -> {
              if (cancelled.compareAndSet(false, true)) {
                client.cancel(progress.id()).onFailure(context::failNow);
              }
            })
        .onComplete(
            context.succeeding(
                report ->
                    context.verify(
                        () -> {
                          assertThat(report.passed()).as("%s", report.reasons()).isTrue();
                          assertThat(report.outcomes().count(Outcome.OK)).isPositive();
                          assertThat(report.outcomes().counts().keySet())
                              .isSubsetOf(Outcome.OK, Outcome.CANCELLED);
                          assertThat(report.notes())
                              .contains("the run was ended early by its user");
                          context.completeNow();
                        })));
  }

  @Test
  void shouldFailARunThatWasEndedEarlyWithAFrameOutstanding(VertxTestContext context) {
    FaultyPeer peer = FaultyPeer.start(64, Fault.neverAnswer());
    TestClient client = new TestClient(vertx);
    client
        .run(
            TestRequest.fromJson(
                new JsonObject().put("target", peer.target()).put("timeout", "2s")),
            id -> {},
            // a second after the only frame went out
            progress -> client.cancel(progress.id()))
        .onComplete(done -> peer.close())
        .onComplete(
            context.succeeding(
                report ->
                    context.verify(
                        () -> {
                          assertThat(report.passed()).isFalse();
                          assertThat(report.outcomes().counts())
                              .isEqualTo(Map.of(Outcome.TIMEOUT, 1L));
                          context.completeNow();
                        })));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\": \"nobody\"}", "{}", "{\"id\": 7}"})
  void shouldNotEndARunThatItDoesNotKnow(String request, VertxTestContext context) {
    cancelFails(new JsonObject(request), Failure.NOT_FOUND, "id: ", context);
  }

  @Test
  void shouldRefuseToEndARunThatIsNotNamed(VertxTestContext context) {
    cancelFails(null, Failure.INVALID_REQUEST, "request: ", context);
  }

  @Test
  void shouldKeepTwoRunsAtOnceApart(VertxTestContext context) {
    FaultyPeer peer = FaultyPeer.start(64, Fault.flipBit(3, 40));
    Future<TestReport> good = run(toSelf().put("count", 1000));
    Future<TestReport> bad = run(new JsonObject().put("target", peer.target()).put("count", 10));
    Future.all(good, bad)
        .onComplete(done -> peer.close())
        .onComplete(
            context.succeeding(
                both ->
                    context.verify(
                        () -> {
                          assertThat(good.result().passed()).isTrue();
                          assertThat(good.result().outcomes().counts())
                              .isEqualTo(Map.of(Outcome.OK, 1000L));
                          assertThat(bad.result().passed()).isFalse();
                          assertThat(bad.result().outcomes().counts())
                              .isEqualTo(Map.of(Outcome.OK, 9L, Outcome.MISMATCH, 1L));
                          assertThat(bad.result().id()).isNotEqualTo(good.result().id());
                          context.completeNow();
                        })));
  }

  @Test
  void shouldFailWithTheSameExceptionForACallerInJava(VertxTestContext context) {
    TestRequest request = TestRequest.fromJson(new JsonObject().put("target", "192.0.2.1:7"));
    new TestClient(vertx)
        .run(request, id -> {}, progress -> {})
        .onComplete(
            context.failing(
                cause ->
                    context.verify(
                        () -> {
                          assertThat(cause).isInstanceOf(RequestException.class);
                          assertThat(((RequestException) cause).failure())
                              .isEqualTo(Failure.NOT_ALLOWED);
                          context.completeNow();
                        })));
  }

  @Test
  void shouldTestItsOwnEndpointsAtStart(VertxTestContext context) {
    node.selfTest()
        .onComplete(
            context.succeeding(
                results ->
                    context.verify(
                        () -> {
                          assertThat(results)
                              .singleElement()
                              .satisfies(
                                  result -> {
                                    assertThat(result.target()).isEqualTo(self);
                                    TestReport report = requireNonNull(result.report());
                                    assertThat(report.passed()).isTrue();
                                    assertThat(report.peer()).isNotNull();
                                  });
                          context.completeNow();
                        })));
  }

  private Future<?> start(String... settings) {
    List<String> sets =
        new ArrayList<>(List.of("echo.endpoints[0].port=0", "web.port=0", "node.name=here"));
    sets.addAll(Arrays.asList(settings));
    NodeConfig config = ConfigLoader.load(null, Map.of(), sets).config();
    return Node.start(config)
        .compose(
            started -> {
              node = started;
              vertx = started.vertx();
              return vertx.eventBus().<JsonObject>request(Addresses.ECHO_ENDPOINTS, null);
            })
        .onSuccess(
            reply ->
                self =
                    "127.0.0.1:"
                        + reply
                            .body()
                            .getJsonArray("endpoints")
                            .getJsonObject(0)
                            .getInteger("port"));
  }

  private JsonObject toSelf() {
    return new JsonObject().put("target", self).put("warmup", "0s");
  }

  private Future<TestReport> run(JsonObject request) {
    return new TestClient(vertx).run(TestRequest.fromJson(request), id -> {}, progress -> {});
  }

  private void refuses(
      @Nullable Object request, Failure failure, String message, VertxTestContext context) {
    vertx
        .eventBus()
        .request(Addresses.TESTER_RUN, request)
        .onComplete(
            context.failing(
                cause ->
                    context.verify(
                        () -> {
                          assertFailure(cause, failure, message);
                          context.completeNow();
                        })));
  }

  private void cancelFails(
      @Nullable Object request, Failure failure, String message, VertxTestContext context) {
    vertx
        .eventBus()
        .request(Addresses.TESTER_CANCEL, request)
        .onComplete(
            context.failing(
                cause ->
                    context.verify(
                        () -> {
                          assertFailure(cause, failure, message);
                          context.completeNow();
                        })));
  }

  private static void assertFailure(Throwable cause, Failure failure, String message) {
    assertThat(cause).isInstanceOf(ReplyException.class).hasMessageStartingWith(message);
    assertThat(Failure.ofCode(((ReplyException) cause).failureCode())).isEqualTo(failure);
  }

  private static void assertProgress(JsonObject news, String id) {
    TestProgress progress = TestProgress.fromJson(news);
    assertThat(progress.id()).isEqualTo(id);
    assertThat(progress.elapsedSeconds()).isPositive();
    assertThat(progress.frames()).isPositive();
    assertThat(progress.framesPerSecond()).isPositive();
    assertThat(progress.failed()).isZero();
    assertThat(news.fieldNames())
        .isEqualTo(
            Set.of(
                "type",
                "id",
                "elapsedSeconds",
                "frames",
                "framesPerSecond",
                "failed",
                "remainingSeconds",
                "p50Micros",
                "p99Micros"));
    assertThat(requireNonNull(progress.p50Micros()))
        .isPositive()
        .isLessThanOrEqualTo(requireNonNull(progress.p99Micros()));
  }
}
