package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.EchoConfig;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.EndpointMode;
import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.Faults;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.OpenConnection;
import dev.echomesh.testing.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A client that cannot be served for a defect of ours: here a record length that no check let by.
 */
class AcceptDefectIT {
  @Test
  void shouldCountItAndForgetTheClient() throws IOException {
    Vertx vertx = Vertx.vertx();
    try {
      EchoConfig config =
          new EchoConfig(1, 3, 0, Duration.ofSeconds(1), List.of(endpoint("bad", 0)));
      var unused = LocalNode.await(vertx.deployVerticle(new EchoVerticle(config)));
      int port = info(vertx).port();
      for (int i = 0; i < 10; i++) {
        try (OpenConnection client = OpenConnection.to(port)) {
          assertThat(client.isEnded()).isTrue();
        }
      }
      Patience.until("all are forgotten", () -> info(vertx).connections() == 0);
      assertThat(info(vertx).ended()).containsEntry("failure", 10L);
      assertThat(info(vertx).rejected()).containsEntry("max_connections", 0L);
    } finally {
      var unused = LocalNode.await(vertx.close());
    }
  }

  private static EndpointInfo info(Vertx vertx) {
    return EndpointInfo.fromJson(
        LocalNode.await(vertx.eventBus().<JsonObject>request("echomesh.echo.endpoints", null))
            .body()
            .getJsonArray("endpoints")
            .getJsonObject(0));
  }

  private static EndpointConfig endpoint(String name, int frameLength) {
    return new EndpointConfig(
        name,
        "127.0.0.1",
        0,
        EndpointMode.FRAMED,
        frameLength,
        false,
        0,
        Duration.ZERO,
        Duration.ZERO,
        0,
        0,
        0,
        AllowList.everything(),
        null,
        Faults.NONE);
  }
}
