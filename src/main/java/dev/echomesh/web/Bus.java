package dev.echomesh.web;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the other rooms, and puts their refusals into problems. */
final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

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

  Future<JsonObject> ask(String address, @Nullable JsonObject body) {
    return ask(address, body, Problem.of(503, "this node does not do that now"));
  }

  private static Problem problem(String address, Throwable cause, Problem nobody) {
    if (!(cause instanceof ReplyException reply)) {
      LOG.error("{} failed", address, cause);
      return Problem.internal();
    }
    return switch (reply.failureType()) {
      case NO_HANDLERS -> nobody;
      case TIMEOUT -> Problem.of(504, "no answer in time");
      default -> refused(address, reply);
    };
  }

  private static Problem refused(String address, ReplyException reply) {
    Failure failure = Failure.ofCode(reply.failureCode());
    if (failure == Failure.INTERNAL) {
      LOG.error("{} failed: {}", address, reply.getMessage());
      return Problem.internal();
    }
    String message = String.valueOf(reply.getMessage());
    RequestException refusal = RequestException.ofReply(reply.failureCode(), message);
    return new Problem(failure.code(), message, refusal.field(), java.util.Map.of());
  }
}
