package dev.echomesh.mesh;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * Gives the whole cluster what this node does for itself, under the node's name: requests go on to
 * the node's own address, answers and failures go back.
 */
public final class NodeServices extends VerticleBase {
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final String node;

  public NodeServices(String node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return Future.join(
        Addresses.OF_EVERY_NODE.stream()
            .map(
                address ->
                    vertx
                        .eventBus()
                        .<Object>consumer(
                            Addresses.ofNode(node, address), message -> forward(message, address))
                        .completion())
            .toList());
  }

  private void forward(Message<Object> message, String address) {
    vertx
        .eventBus()
        .<Object>request(address, message.body(), HERE)
        .onSuccess(reply -> message.reply(reply.body()))
        .onFailure(cause -> fail(message, cause));
  }

  private void fail(Message<Object> message, Throwable cause) {
    if (cause instanceof ReplyException failed
        && failed.failureType() == ReplyFailure.NO_HANDLERS) {
      message.fail(Failure.NOT_FOUND.code(), "node " + node + " does not take this request");
    } else if (cause instanceof ReplyException failed && failed.failureCode() > 0) {
      message.fail(failed.failureCode(), failed.getMessage());
    } else {
      message.fail(Failure.INTERNAL.code(), String.valueOf(cause.getMessage()));
    }
  }
}
