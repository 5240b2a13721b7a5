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
import org.jspecify.annotations.Nullable;

/** Has a test run by the tester on the event bus. Use it on one event loop. */
public final class TestClient {
  private final Vertx vertx;

  public TestClient(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Runs a test.
   *
   * @param begun told the run's id, with which {@link #cancel} can end it early
   * @param progress told how far it is about once a second
   * @return the report; fails with {@link RequestException} if the request is refused
   */
  public Future<TestReport> run(
      TestRequest request, Consumer<String> begun, Consumer<TestProgress> progress) {
    return new Call(begun, progress).make(request);
  }

  /** Ends a run early; its report follows. */
  public Future<Void> cancel(String id) {
    return vertx
        .eventBus()
        .request(Addresses.TESTER_CANCEL, new JsonObject().put("id", id))
        .recover(cause -> Future.failedFuture(refusal(cause)))
        .mapEmpty();
  }

  private static Throwable refusal(Throwable cause) {
    if (!(cause instanceof ReplyException reply) || reply.failureCode() <= 0) {
      return cause;
    }
    Failure failure = Failure.ofCode(reply.failureCode());
    String message = String.valueOf(reply.getMessage());
    int colon = message.indexOf(": ");
    return failure == Failure.INVALID_REQUEST && colon > 0
        ? RequestException.invalid(message.substring(0, colon), message.substring(colon + 2))
        : new RequestException(failure, message);
  }

  /**
   * One request and what is heard of it. Reports are listened for before it is sent, so none is
   * missed.
   */
  private final class Call {
    private final Consumer<String> begun;
    private final Consumer<TestProgress> progress;
    private final Promise<TestReport> report = Promise.promise();
    private final Map<String, JsonObject> early = new HashMap<>();
    private final MessageConsumer<JsonObject> reports;
    private @Nullable MessageConsumer<JsonObject> run;
    private @Nullable String id;

    Call(Consumer<String> begun, Consumer<TestProgress> progress) {
      this.begun = begun;
      this.progress = progress;
      this.reports = vertx.eventBus().consumer(Addresses.REPORTS, this::onReport);
    }

    Future<TestReport> make(TestRequest request) {
      vertx
          .eventBus()
          .<JsonObject>request(Addresses.TESTER_RUN, request.toJson())
          .onSuccess(reply -> onBegun(reply.body().getString("id")))
          .onFailure(cause -> report.tryFail(refusal(cause)));
      return report.future().onComplete(done -> stopListening());
    }

    private void onBegun(String begunId) {
      id = begunId;
      begun.accept(begunId);
      run = vertx.eventBus().consumer(Addresses.run(begunId), this::onNews);
      JsonObject known = early.get(begunId);
      if (known != null) {
        report.tryComplete(TestReport.fromJson(known));
      }
    }

    private void onReport(Message<JsonObject> message) {
      JsonObject body = message.body();
      if (id == null) {
        early.put(body.getString("id"), body);
      } else if (id.equals(body.getString("id"))) {
        report.tryComplete(TestReport.fromJson(body));
      }
    }

    private void onNews(Message<JsonObject> message) {
      if (TestProgress.TYPE.equals(message.body().getString("type"))) {
        progress.accept(TestProgress.fromJson(message.body()));
      } else if (message.body().containsKey("failure")) {
        report.tryFail(new RequestException(Failure.INTERNAL, message.body().getString("failure")));
      }
    }

    private void stopListening() {
      reports.unregister();
      if (run != null) {
        run.unregister();
      }
    }
  }
}
