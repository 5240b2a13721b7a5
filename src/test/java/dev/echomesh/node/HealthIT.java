package dev.echomesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Health;
import dev.echomesh.bus.HealthStatus;
import dev.echomesh.testing.FakeMesh;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HealthIT {
  @Test
  void shouldBeWellByItself() throws IOException {
    try (LocalNode node =
        LocalNode.start("echo: {endpoints: [{name: a, port: 0}, {name: b, port: 0}]}")) {
      // a loop that gets no processor for seconds is blocked for the while
      Patience.until("it is well", () -> ask(node).status() == HealthStatus.OK);

      Health health = ask(node);
      assertThat(health.checks())
          .extracting(Health.Check::name)
          .containsExactly("event-loops", "endpoints");
      assertThat(health.checks().get(1).detail()).isEqualTo("2 open");
    }
  }

  @Test
  void shouldSayThatEventLoopsAreBlockedForAsLongAsTheyAre() throws IOException {
    CountDownLatch free = new CountDownLatch(1);
    try (LocalNode node = LocalNode.start("echo: {endpoints: [{name: a, port: 0}]}")) {
      int loops = 0;
      try {
        // all of them, as sockets' handlers would, where Vert.x's own checker does not look
        for (EventExecutor loop : ((VertxInternal) node.node().vertx()).nettyEventLoopGroup()) {
          loop.execute(() -> await(free));
          loops++;
        }
        int all = loops;
        Patience.until(
            "all are seen", () -> ask(node).checks().get(0).detail().split(",").length == all);

        Health health = ask(node);
        assertThat(health.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(health.checks().get(0).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(health.checks().get(0).detail()).startsWith("blocked: ");
        assertThat(health.checks().get(1).status()).isEqualTo(HealthStatus.DOWN);
        assertThat(health.checks().get(1).detail()).startsWith("no answer within ");
      } finally {
        free.countDown();
      }
      Patience.until("it is over", () -> ask(node).status() == HealthStatus.OK);
      assertThat(ask(node).checks().get(0).detail()).contains(loops + " times");
      try (OpenConnection client = OpenConnection.to(node.port("a"))) {
        assertThat(client.echoes(100)).isTrue();
      }
    }
  }

  /** As on a machine that is loaded: nothing is blocked, and all takes its time. */
  @Test
  void shouldNotCallANodeIllThatIsMerelySlow() {
    Vertx vertx = Vertx.vertx();
    try {
      tellNoEndpoints(vertx, 1500);
      deploy(vertx, new HealthMonitor(false));

      Patience.until("it is seen to be well", () -> ask(vertx).status() == HealthStatus.OK);
    } finally {
      LocalNode.await(vertx.close());
    }
  }

  @Test
  void shouldNotBeWellBeforeItIsAMemberOfItsCluster() {
    Vertx vertx = Vertx.vertx();
    try {
      tellNoEndpoints(vertx, 1);
      deploy(vertx, new HealthMonitor(true));
      Health alone = ask(vertx);
      assertThat(alone.status()).isEqualTo(HealthStatus.DOWN);
      assertThat(alone.checks().get(2).detail()).isEqualTo("not a member of the cluster");

      var unusedMembers = new FakeMesh(vertx, 1, "a", "b");

      assertThat(ask(vertx).status()).isEqualTo(HealthStatus.OK);
      assertThat(ask(vertx).checks().get(2).detail()).isEqualTo("2 members: a, b");
    } finally {
      LocalNode.await(vertx.close());
    }
  }

  private static void tellNoEndpoints(Vertx vertx, long afterMillis) {
    JsonObject none = new JsonObject().put("endpoints", new JsonArray());
    vertx
        .eventBus()
        .localConsumer(
            Addresses.ECHO_ENDPOINTS,
            request -> vertx.setTimer(afterMillis, late -> request.reply(none)));
  }

  private static void deploy(Vertx vertx, HealthMonitor monitor) {
    var unused =
        LocalNode.await(
            vertx.deployVerticle(
                monitor, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
  }

  /** From a worker, which no blocked event loop holds up. */
  private static Health ask(LocalNode node) {
    return ask(node.node().vertx());
  }

  private static Health ask(Vertx vertx) {
    Promise<Health> answer = Promise.promise();
    ((VertxInternal) vertx)
        .createWorkerContext()
        .runOnContext(
            v ->
                vertx
                    .eventBus()
                    .<JsonObject>request(Addresses.NODE_HEALTH, null)
                    .map(reply -> Health.fromJson(reply.body()))
                    .onComplete(answer));
    return LocalNode.await(answer.future());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
