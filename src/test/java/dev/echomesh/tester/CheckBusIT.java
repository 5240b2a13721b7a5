package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.CheckProgress;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestClient;
import dev.echomesh.testing.LocalNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks as anyone on the event bus sees them, on a node with one echo endpoint. */
@ExtendWith(VertxExtension.class)
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class CheckBusIT {
  private LocalNode node;
  private String self;
  private TestClient client;

  @BeforeEach
  void startNode() {
    node =
        LocalNode.start(
            """
            echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0}]}
            tester: {maxRuns: 1, maxDuration: 2m, maxConnections: 30}
            """);
    self = "127.0.0.1:" + node.port("e");
    client = new TestClient(node.node().vertx());
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void shouldReportProgressAndTheResults(VertxTestContext context) {
    List<CheckProgress> progress = new ArrayList<>();

    client
        .check(request(self, "handshake", "concurrency"), id -> {}, progress::add)
        .onComplete(
            context.succeeding(
                report ->
                    context.verify(
                        () -> {
                          assertThat(report.passed()).isTrue();
                          assertThat(report.results())
                              .extracting(result -> result.check())
                              .containsExactly(CheckName.HANDSHAKE, CheckName.CONCURRENCY);
                          assertThat(report.results().get(1).evidence().get(0))
                              .startsWith("30 connections at once");
                          assertThat(progress).hasSizeLessThanOrEqualTo(2);
                          context.completeNow();
                        })));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1:7 | drip | NOT_ALLOWED | (expected an address in tester.allow: ",
        "127.0.0.1:7 | handshake,tls,stream,integrity | INVALID_REQUEST | deadline: 4m (expected "
      })
  void shouldKeepToTheConfiguration(
      String target, String only, Failure failure, String complaint, VertxTestContext context) {
    client
        .check(request(target, only.split(",")), id -> {}, news -> {})
        .onComplete(
            context.failing(
                cause ->
                    context.verify(
                        () -> {
                          assertThat(cause).isInstanceOf(RequestException.class);
                          assertThat(((RequestException) cause).failure()).isEqualTo(failure);
                          assertThat(cause).hasMessageContaining(complaint);
                          context.completeNow();
                        })));
  }

  @Test
  void shouldCountAmongTheRunsAndEndWhenCancelled(VertxTestContext context) {
    JsonObject endless =
        new JsonObject()
            .put("target", self)
            .put("only", new JsonArray().add("idle"))
            .put("idle", "50s");
    client
        .check(
            CheckRequest.fromJson(endless),
            id ->
                node.node()
                    .vertx()
                    .eventBus()
                    .request(Addresses.TESTER_CHECK, endless)
                    .onComplete(
                        context.failing(
                            refused -> {
                              context.verify(
                                  () ->
                                      assertThat(refused)
                                          .hasMessageStartingWith("1 runs are under way"));
                              var unused = client.cancel(id);
                            })),
            news -> {})
        .onComplete(
            context.succeeding(
                report ->
                    context.verify(
                        () -> {
                          assertThat(report.passed()).isFalse();
                          assertThat(report.results().get(0).evidence())
                              .containsExactly("ended by its user");
                          context.completeNow();
                        })));
  }

  private static CheckRequest request(String target, String... only) {
    return CheckRequest.fromJson(
        new JsonObject().put("target", target).put("only", new JsonArray(List.of(only))));
  }
}
