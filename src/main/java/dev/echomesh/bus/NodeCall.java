package dev.echomesh.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request to a named node of the cluster. It fails at once if the node is no member, and as
 * soon as the node stops being one; the event bus alone would wait for the whole timeout.
 */
public final class NodeCall {
  private final Vertx vertx;
  private final String node;
  private final Promise<JsonObject> reply = Promise.promise();

  private NodeCall(Vertx vertx, String node) {
    this.vertx = vertx;
    this.node = node;
  }

  /**
   * Asks a node what it is asked by {@code address} on its own event bus.
   *
   * @param address one of {@link Addresses#OF_EVERY_NODE}, or {@link Addresses#MESH_PATH}
   * @param timeout above zero
   * @return fails with {@link RequestException}: {@link Failure#NODE_DOWN} where the node is not
   *     there or does not answer in time, or as the node refused
   */
  public static Future<JsonObject> request(
      Vertx vertx, String node, String address, @Nullable JsonObject body, Duration timeout) {
    return new NodeCall(vertx, node).make(Addresses.ofNode(node, address), body, timeout);
  }

  private Future<JsonObject> make(String address, @Nullable JsonObject body, Duration timeout) {
    MessageConsumer<JsonObject> changes =
        vertx.eventBus().localConsumer(Addresses.MESH_MEMBERS_CHANGES, this::onChange);
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    isMember()
        .compose(
            known ->
                known
                    ? vertx
                        .eventBus()
                        .<JsonObject>request(address, body, options)
                        .map(Message::body)
                    : Future.failedFuture(down("is not a member of the cluster")))
        .onSuccess(reply::tryComplete)
        .onFailure(cause -> reply.tryFail(explain(cause, timeout)));
    return reply.future().onComplete(done -> changes.unregister());
  }

  /** A node without a cluster is the only one there is. */
  private Future<Boolean> isMember() {
    return vertx
        .eventBus()
        .<JsonObject>request(Addresses.MESH_MEMBERS, null, new DeliveryOptions().setLocalOnly(true))
        .map(message -> Members.fromJson(message.body()).find(node).isPresent())
        .recover(
            cause -> isUnheard(cause) ? Future.succeededFuture(true) : Future.failedFuture(cause));
  }

  private void onChange(Message<JsonObject> message) {
    if (Members.fromJson(message.body()).find(node).isEmpty()) {
      reply.tryFail(down("has left the cluster"));
    }
  }

  private Throwable explain(Throwable cause, Duration timeout) {
    if (isUnheard(cause)) {
      return down("does not take this request");
    }
    if (cause instanceof ReplyException failed && failed.failureType() == ReplyFailure.TIMEOUT) {
      return down("did not answer within " + timeout.toMillis() + " ms");
    }
    return RunCall.refusal(cause);
  }

  private static boolean isUnheard(Throwable cause) {
    return cause instanceof ReplyException failed
        && failed.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private RequestException down(String why) {
    return new RequestException(Failure.NODE_DOWN, "node " + node + " " + why);
  }
}
