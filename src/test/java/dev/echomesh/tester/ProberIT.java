package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.ProbeRequest;
import dev.echomesh.bus.RequestException;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.SocketTable;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long a probe is kept, told the time. */
@ExtendWith(VertxExtension.class)
class ProberIT {
  private static final long IDLE = Prober.IDLE.toNanos();

  @Test
  void shouldCloseAProbeThatNobodySamplesAnyMore(Vertx vertx, VertxTestContext context) {
    FaultyPeer peer = FaultyPeer.start(64, Fault.exactEcho());
    ProbeLoop loop = new ProbeLoop();
    TesterConfig config = LocalNode.parse("{}").tester();
    Prober prober =
        new Prober(vertx, List.of(loop), () -> config, new Preparation(vertx, config::allow));
    ProbeRequest.Open open =
        (ProbeRequest.Open)
            ProbeRequest.fromJson(
                new JsonObject().put("action", "open").put("target", peer.target()));

    vertx
        .deployVerticle(loop)
        .compose(deployed -> prober.open(open, 0))
        .compose(
            id ->
                prober
                    .sample(new ProbeRequest.Sample(id, 1, null), 1000)
                    .compose(first -> prober.expire(IDLE + 999))
                    .compose(kept -> prober.sample(new ProbeRequest.Sample(id, 1, null), 2000))
                    .onSuccess(
                        second -> context.verify(() -> assertThat(second.connectMicros()).isNull()))
                    .compose(second -> prober.expire(IDLE + 2000))
                    .compose(gone -> prober.sample(new ProbeRequest.Sample(id, 1, null), 3000)))
        .onComplete(
            context.failing(
                cause ->
                    context.verify(
                        () -> {
                          assertThat(((RequestException) cause).failure())
                              .isEqualTo(Failure.NOT_FOUND);
                          Patience.until(
                              "its connection is closed",
                              () ->
                                  SocketTable.connectedTo(peer.port()).values().stream()
                                      .noneMatch(e -> e.state().equals("ESTABLISHED")));
                          peer.close();
                          context.completeNow();
                        })));
  }
}
