package dev.echomesh.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request that is answered with a run's id at once and with a report later. Reports are
 * listened for before it is sent, so none is missed.
 *
 * @param <R> what the report is
 */
final class RunCall<R> {
  private final Vertx vertx;
  private final Function<JsonObject, R> reader;
  private final Consumer<String> begun;
  private final Consumer<JsonObject> progress;
  private final Promise<R> report = Promise.promise();
  private final Map<String, JsonObject> early = new HashMap<>();
  private final MessageConsumer<JsonObject> reports;
  private long deadline = -1;
  private @Nullable MessageConsumer<JsonObject> run;
  private @Nullable String id;

  /**
   * A call that has not been made.
   *
   * @param reader of the report
   * @param begun told the run's id
   * @param progress told each message of progress
   */
  RunCall(
      Vertx vertx,
      Function<JsonObject, R> reader,
      Consumer<String> begun,
      Consumer<JsonObject> progress) {
    this.vertx = vertx;
    this.reader = reader;
    this.begun = begun;
    this.progress = progress;
    this.reports = vertx.eventBus().localConsumer(Addresses.REPORTS, this::onReport);
  }

  /**
   * Makes the call.
   *
   * @param longestMillis after which a tester without a report counts as dead
   */
  Future<R> make(String address, JsonObject request, long longestMillis) {
    vertx
        .eventBus()
        .<JsonObject>request(address, request)
        .onSuccess(reply -> onBegun(reply.body().getString("id"), longestMillis))
        .onFailure(cause -> report.tryFail(refusal(cause)));
    return report.future().onComplete(done -> stopListening());
  }

  static Throwable refusal(Throwable cause) {
    if (cause instanceof ReplyException reply && reply.failureCode() > 0) {
      return RequestException.ofReply(reply.failureCode(), String.valueOf(reply.getMessage()));
    }
    return cause;
  }

  private void onBegun(String begunId, long longestMillis) {
    id = begunId;
    deadline =
        vertx.setTimer(
            longestMillis,
            timer ->
                report.tryFail(
                    new RequestException(Failure.INTERNAL, "run " + id + " sent no report")));
    // listens first: who is told that it has begun may have it, or the node, end at once
    run = vertx.eventBus().localConsumer(Addresses.run(begunId), this::onNews);
    begun.accept(begunId);
    JsonObject known = early.get(begunId);
    if (known != null) {
      report.tryComplete(reader.apply(known));
    }
  }

  private void onReport(Message<JsonObject> message) {
    JsonObject body = message.body();
    if (id == null) {
      early.put(body.getString("id"), body);
    } else if (id.equals(body.getString("id"))) {
      report.tryComplete(reader.apply(body));
    }
  }

  private void onNews(Message<JsonObject> message) {
    if (TestProgress.TYPE.equals(message.body().getString("type"))) {
      progress.accept(message.body());
    } else if (message.body().containsKey("failure")) {
      report.tryFail(new RequestException(Failure.INTERNAL, message.body().getString("failure")));
    }
  }

  private void stopListening() {
    vertx.cancelTimer(deadline);
    reports.unregister();
    if (run != null) {
      run.unregister();
    }
  }
}
