package dev.echomesh.client;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has another node run a test or checks, and waits for the report. One run; any thread. */
public final class RemoteRuns {
  private static final String TESTS = "/api/v1/tests";
  private static final long POLL_MILLIS = 500;

  /** Answers in a row that may fail to come. */
  private static final int MOST_LOST = 10;

  private final Vertx vertx;
  private final NodeClient node;
  private volatile @Nullable String id;
  private volatile boolean cancelled;

  public RemoteRuns(Vertx vertx, NodeClient node) {
    this.vertx = vertx;
    this.node = node;
  }

  /**
   * Runs a test.
   *
   * @param request as its JSON is, with {@code from} for a run from several nodes
   * @param progress told as often as there is any
   * @return the report's JSON
   */
  public Future<JsonObject> test(JsonObject request, Consumer<JsonObject> progress) {
    return run(TESTS, request, progress);
  }

  /** Runs checks; as {@link #test}. */
  public Future<JsonObject> check(JsonObject request, Consumer<JsonObject> progress) {
    return run("/api/v1/checks", request, progress);
  }

  /** Ends the run early; its report follows. */
  public void cancel() {
    cancelled = true;
    String begun = id;
    if (begun != null) {
      // what has ended meanwhile cannot be cancelled, and its report comes anyway
      var unused = node.delete(TESTS + "/" + begun);
    }
  }

  private Future<JsonObject> run(String path, JsonObject request, Consumer<JsonObject> progress) {
    return node.post(path, request)
        .compose(
            started -> {
              id = started.getString("id");
              if (cancelled) {
                cancel();
              }
              return poll(started.getString("id"), progress);
            });
  }

  /** One request after the other, without a future inside another for each: runs take hours. */
  private Future<JsonObject> poll(String run, Consumer<JsonObject> progress) {
    Promise<JsonObject> report = Promise.promise();
    ask(run, progress, report, MOST_LOST);
    return report.future();
  }

  private void ask(
      String run, Consumer<JsonObject> progress, Promise<JsonObject> report, int mayBeLost) {
    node.get(TESTS + "/" + run)
        .map(answer -> reportIn(run, answer, progress))
        .onSuccess(
            found -> {
              if (found.isPresent()) {
                report.complete(found.get());
              } else {
                askLater(run, progress, report, MOST_LOST);
              }
            })
        .onFailure(
            cause -> {
              // the run goes on at the node, which may be reached again in a moment
              if (cause instanceof NodeException && cause.getCause() != null && mayBeLost > 0) {
                askLater(run, progress, report, mayBeLost - 1);
              } else {
                report.fail(cause);
              }
            });
  }

  private void askLater(
      String run, Consumer<JsonObject> progress, Promise<JsonObject> report, int mayBeLost) {
    vertx.setTimer(POLL_MILLIS, timer -> ask(run, progress, report, mayBeLost));
  }

  private static Optional<JsonObject> reportIn(
      String run, JsonObject answer, Consumer<JsonObject> progress) {
    if (answer.containsKey("schema")) {
      return Optional.of(answer);
    }
    if (answer.containsKey("failure")) {
      throw new RequestException(
          Failure.INTERNAL,
          "run %s ended without a report: %s".formatted(run, answer.getString("failure")));
    }
    JsonObject news = answer.getJsonObject("progress");
    if (news != null) {
      progress.accept(news);
    }
    return Optional.empty();
  }
}
