package dev.echomesh.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what is asked on this node's event bus. */
public final class Requests {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  private Requests() {}

  /**
   * Replies to requests at the address with what the service makes of their bodies, on the caller's
   * context.
   *
   * @param service what it throws or fails with is told as {@link #refuse} does
   */
  public static void serve(
      Vertx vertx, String address, Function<JsonObject, Future<JsonObject>> service) {
    vertx
        .eventBus()
        .<Object>localConsumer(
            address,
            message ->
                body(message)
                    .compose(service)
                    .onSuccess(message::reply)
                    .onFailure(cause -> refuse(message, cause)));
  }

  /** The body of a request; fails unless it is an object. */
  public static Future<JsonObject> body(Message<?> message) {
    return Future.future(p -> p.complete(RequestException.object(message.body())));
  }

  /**
   * Fails a request with the code and message of a {@link RequestException}, or of the refusal of
   * another that was made for it; anything else is a defect of ours, and logged.
   */
  public static void refuse(Message<?> message, Throwable cause) {
    if (cause instanceof RequestException refused) {
      message.fail(refused.failure().code(), refused.getMessage());
    } else if (cause instanceof ReplyException failed) {
      message.fail(failed.failureCode(), failed.getMessage());
    } else {
      LOG.error("request failed", cause);
      message.fail(Failure.INTERNAL.code(), String.valueOf(cause.getMessage()));
    }
  }
}
