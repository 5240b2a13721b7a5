package dev.echomesh.testing;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ProbeSample;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;

/** A probe as anyone on a node's event bus has it. Calls block. */
public final class Probing {
  private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(30_000);

  private final Vertx vertx;
  private final String id;

  private Probing(Vertx vertx, String id) {
    this.vertx = vertx;
    this.id = id;
  }

  /** Opens one; {@code {"target": …}} and what else differs from the defaults. */
  public static Probing open(Vertx vertx, JsonObject request) {
    JsonObject reply = ask(vertx, request.copy().put("action", "open"));
    return new Probing(vertx, reply.getString("probe"));
  }

  public String id() {
    return id;
  }

  public ProbeSample sample(int frames) {
    return sample(new JsonObject().put("frames", frames));
  }

  /** A sample that differs from the defaults so. */
  public ProbeSample sample(JsonObject request) {
    return ProbeSample.fromJson(
        ask(vertx, request.copy().put("action", "sample").put("probe", id)));
  }

  public void close() {
    var unused = ask(vertx, new JsonObject().put("action", "close").put("probe", id));
  }

  /** The reply to any request, or its failure. */
  public static JsonObject ask(Vertx vertx, JsonObject request) {
    return LocalNode.await(
            vertx.eventBus().<JsonObject>request(Addresses.TESTER_PROBE, request, PATIENCE))
        .body();
  }
}
