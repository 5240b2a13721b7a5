package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Health;
import dev.echomesh.bus.HealthStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** How the node is, for those who restart it or send clients to it. */
final class HealthActions {
  private final Bus bus;

  HealthActions(Bus bus) {
    this.bus = bus;
  }

  List<Operation> operations() {
    return List.of(
        Operation.health(
            "/health/live",
            call ->
                Future.succeededFuture(
                    Reply.json(new JsonObject().put("status", HealthStatus.OK.key())))),
        Operation.health("/health/ready", call -> ready()));
  }

  private Future<Reply> ready() {
    return bus.ask(Addresses.NODE_HEALTH, null)
        .map(
            health ->
                Reply.json(
                    Health.fromJson(health).status() == HealthStatus.OK ? 200 : 503, health));
  }
}
