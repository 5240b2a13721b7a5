package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.testing.LocalNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that take requests and never answer, pretended on one event bus. */
class OpenRequestsTest {
  private static final Instant FIRST_LIFE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant SECOND_LIFE = FIRST_LIFE.plusSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final OpenRequests open = OpenRequests.of(vertx);

  @BeforeEach
  void begin() {
    open.follow(members(up("a"), up("b"), up("b.c")));
  }

  @AfterEach
  void end() {
    var unused = LocalNode.await(vertx.close());
  }

  @Test
  void shouldFailRequestsToANodeThatIsLost() {
    Future<Message<Object>> path = request(Addresses.meshPath("b"));
    Future<Message<Object>> run = request(Addresses.ofNode("b", Addresses.TESTER_RUN));

    open.follow(members(up("a"), up("b.c")));

    for (Future<Message<Object>> each : List.of(path, run)) {
      assertThat(LocalNode.await(each.otherwiseEmpty())).isNull();
      assertThat(each.cause())
          .isInstanceOfSatisfying(
              ReplyException.class,
              failure -> assertThat(failure.failureCode()).isEqualTo(Failure.NODE_DOWN.code()))
          .hasMessage("node b has left the cluster");
    }
  }

  @Test
  void shouldFailLaterOnesAtOnceUntilTheNodeIsBack() {
    open.follow(members(up("a")));

    Future<Message<Object>> lost =
        vertx.eventBus().request(Addresses.meshPath("b.c"), "never taken");

    assertThat(LocalNode.await(lost.otherwiseEmpty())).isNull();
    assertThat(lost.cause()).hasMessage("node b.c has left the cluster");
    open.follow(members(up("a"), up("b.c")));
    shouldLeaveAnswersAlone("b.c");
  }

  @Test
  void shouldFailThemWhenTheNodeHasBegunAnotherLife() {
    Future<Message<Object>> path = request(Addresses.meshPath("b"));

    open.follow(members(up("a"), up("b").with(MemberState.UP, SECOND_LIFE), up("b.c")));

    assertThat(LocalNode.await(path.otherwiseEmpty())).isNull();
    assertThat(path.cause()).hasMessage("node b has left the cluster");
  }

  @Test
  void shouldKeepThoseToOthersAndToANodeThatDrains() {
    Future<Message<Object>> other = request(Addresses.meshPath("b.c"));
    Future<Message<Object>> draining = request(Addresses.meshPath("a"));
    Future<Message<Object>> lost = request(Addresses.meshPath("b"));

    open.follow(members(up("a").with(MemberState.LEAVING, SECOND_LIFE), up("b.c")));

    assertThat(LocalNode.await(lost.otherwiseEmpty())).isNull();
    assertThat(Stream.of(other, draining)).noneMatch(Future::isComplete);
  }

  @Test
  void shouldLeaveAnswersAlone() {
    shouldLeaveAnswersAlone("b");
    open.follow(members(up("a")));
  }

  private void shouldLeaveAnswersAlone(String node) {
    vertx.eventBus().consumer(Addresses.meshPath(node), message -> message.reply("path"));

    Message<Object> reply =
        LocalNode.await(vertx.eventBus().request(Addresses.meshPath(node), "to"));

    assertThat(reply.body()).isEqualTo("path");
  }

  /** Of which the node has got hold. */
  private Future<Message<Object>> request(String address) {
    var consumer = vertx.eventBus().consumer(address);
    Future<Message<Object>> taken =
        Future.future(promise -> consumer.handler(message -> promise.tryComplete(message)));
    Future<Message<Object>> reply = vertx.eventBus().request(address, "never answered");
    assertThat(LocalNode.await(taken).address()).isEqualTo(address);
    return reply;
  }

  private static Member up(String name) {
    return new Member(
        name, "", "", "10.0.0.1", 7802, "0.1", Member.PROTOCOL, MemberState.UP, FIRST_LIFE);
  }

  private static Members members(Member... members) {
    return new Members("a", List.of(members), null);
  }
}
