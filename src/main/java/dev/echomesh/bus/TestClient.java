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
  /** Of a search: more than it takes from 1 to 10 million in doublings, and five halvings. */
  private static final int MOST_STEPS = 32;

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
    if (cause instanceof ReplyException reply && reply.failureCode() > 0) {
      return RequestException.ofReply(reply.failureCode(), String.valueOf(reply.getMessage()));
    }
    return cause;
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
    private long deadline = -1;
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
          .onSuccess(reply -> onBegun(reply.body().getString("id"), longest(request)))
          .onFailure(cause -> report.tryFail(refusal(cause)));
      return report.future().onComplete(done -> stopListening());
    }

    private void onBegun(String begunId, long longestMillis) {
      id = begunId;
      deadline =
          vertx.setTimer(
              longestMillis,
              timer ->
                  report.tryFail(
                      new RequestException(Failure.INTERNAL, "run " + id + " sent no report")));
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

    /** More than any run takes, so that a tester that died is noticed. */
    private static long longest(TestRequest request) {
      int runs = request.mode() == TestMode.FIND_MAX ? MOST_STEPS : 1;
      return request
          .warmup()
          .plus(request.duration())
          .plus(request.timeout().multipliedBy(3L + request.connections() / 64))
          .multipliedBy(runs)
          .plusSeconds(30)
          .toMillis();
    }

    private void stopListening() {
      vertx.cancelTimer(deadline);
      reports.unregister();
      if (run != null) {
        run.unregister();
      }
    }
  }
}
