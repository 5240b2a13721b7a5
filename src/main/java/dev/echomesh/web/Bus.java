package dev.echomesh.web;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.NodeCall;
import dev.echomesh.bus.RequestException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the other rooms, and puts their refusals into problems. */
final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Vertx vertx;

  Bus(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Asks.
   *
   * @param nobody the problem if nobody takes requests there
   * @return fails with {@link ProblemException}
   */
  Future<JsonObject> ask(String address, @Nullable JsonObject body, Problem nobody) {
    return vertx
        .eventBus()
        .<JsonObject>request(address, body)
        .map(reply -> reply.body())
        .recover(
            cause -> Future.failedFuture(new ProblemException(problem(address, cause, nobody))));
  }

  /**
   * Asks a node of the mesh; fails as soon as it is known to be gone.
   *
   * @return fails with {@link ProblemException}
   */
  Future<JsonObject> askNode(String node, String address, JsonObject body) {
    return NodeCall.request(vertx, node, address, body, ANSWER)
        .recover(
            cause ->
                Future.failedFuture(
                    new ProblemException(problem(address, cause, Problem.internal()))));
  }

  Future<JsonObject> ask(String address, @Nullable JsonObject body) {
    return ask(address, body, Problem.of(503, "this node does not do that now"));
  }

  private static Problem problem(String address, Throwable cause, Problem nobody) {
    if (cause instanceof RequestException refusal) {
      return refused(address, refusal);
    }
    if (!(cause instanceof ReplyException reply)) {
      LOG.error("{} failed", address, cause);
      return Problem.internal();
    }
    return switch (reply.failureType()) {
      case NO_HANDLERS -> nobody;
      case TIMEOUT -> Problem.of(504, "no answer in time");
      default ->
          refused(
              address,
              RequestException.ofReply(reply.failureCode(), String.valueOf(reply.getMessage())));
    };
  }

  private static Problem refused(String address, RequestException refusal) {
    String message = String.valueOf(refusal.getMessage());
    if (refusal.failure() == Failure.INTERNAL) {
      LOG.error("{} failed: {}", address, message);
      return Problem.internal();
    }
    return new Problem(refusal.failure().code(), message, refusal.field(), Map.of());
  }
}
