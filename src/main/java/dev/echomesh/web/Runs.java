package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.RunFailure;
import dev.echomesh.bus.TestProgress;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The runs under way that were started here, and the last of all that ended. Event loop only. */
final class Runs {
  private static final int MAX_ENDED = 100;

  private final Vertx vertx;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Map<String, JsonObject> ended = new LinkedHashMap<>();

  private record Running(JsonObject state, MessageConsumer<JsonObject> news) {}

  Runs(Vertx vertx) {
    this.vertx = vertx;
    var bus = vertx.eventBus();
    bus.<JsonObject>localConsumer(
        Addresses.REPORTS, news -> ended(news.body().getString("id"), news.body()));
    bus.<JsonObject>localConsumer(
        Addresses.FAILURES, news -> failed(RunFailure.fromJson(news.body())));
  }

  /** Listens to a run that has just begun. */
  void follow(String id, String kind, JsonObject request) {
    if (ended.containsKey(id)) {
      return;
    }
    JsonObject state =
        new JsonObject()
            .put("id", id)
            .put("state", "running")
            .put("kind", kind)
            .put("request", request)
            .putNull("progress");
    running.put(
        id,
        new Running(
            state,
            vertx
                .eventBus()
                .consumer(Addresses.run(id), news -> progress(id, state, news.body()))));
  }

  @Nullable JsonObject running(String id) {
    Running run = running.get(id);
    return run == null ? null : run.state;
  }

  /** Whether it is under way from several nodes. */
  boolean isOfSeveral(String id) {
    Running run = running.get(id);
    return run != null && run.state.getJsonObject("request").getValue("from") != null;
  }

  /** Its report, or that it failed and why; null if it has not ended. */
  @Nullable JsonObject ended(String id) {
    return ended.get(id);
  }

  /** Whether what is known of a run that has ended is its report. */
  static boolean isReport(JsonObject known) {
    return known.containsKey("schema");
  }

  /**
   * The newest first, from behind the run {@code after} on.
   *
   * @throws ProblemException if that run is not in the list, or not any more
   */
  JsonObject page(int limit, @Nullable String after) {
    List<JsonObject> all = new ArrayList<>();
    running.values().forEach(run -> all.add(0, run.state));
    List<JsonObject> over = new ArrayList<>();
    ended.values().forEach(each -> over.add(0, isReport(each) ? summary(each) : each));
    all.addAll(over);
    int from = after == null ? 0 : 1 + indexOf(after, all);
    List<JsonObject> page = all.subList(from, Math.min(all.size(), from + limit));
    boolean more = from + limit < all.size();
    return new JsonObject()
        .put("runs", new JsonArray(page))
        .put("next", more ? page.get(page.size() - 1).getString("id") : null);
  }

  private static int indexOf(String id, List<JsonObject> runs) {
    for (int i = 0; i < runs.size(); i++) {
      if (id.equals(runs.get(i).getString("id"))) {
        return i;
      }
    }
    throw new ProblemException(
        Problem.of(400, "after", "after: %s (expected a run of the list)".formatted(id)));
  }

  private static JsonObject summary(JsonObject report) {
    return new JsonObject()
        .put("id", report.getString("id"))
        .put("state", "ended")
        .put("kind", report.getString("schema").startsWith("echomesh.check/") ? "check" : "test")
        .put("request", report.getJsonObject("request"))
        .put("startedAt", report.getString("startedAt"))
        .put("durationSeconds", report.getDouble("durationSeconds"))
        .put("verdict", report.getString("verdict"));
  }

  private void progress(String id, JsonObject state, JsonObject news) {
    if (TestProgress.TYPE.equals(news.getString("type"))) {
      state.put("progress", news);
    } else if (isReport(news)) {
      ended(id, news);
    } else {
      failed(
          new RunFailure(
              id,
              state.getString("kind"),
              state.getJsonObject("request"),
              news.getString("failure")));
    }
  }

  private void failed(RunFailure failure) {
    ended(failure.id(), failure.toJson().put("state", "failed"));
  }

  private void ended(String id, JsonObject known) {
    Running run = running.remove(id);
    if (run != null) {
      run.news.unregister();
    }
    ended.putIfAbsent(id, known);
    if (ended.size() > MAX_ENDED) {
      ended.remove(ended.keySet().iterator().next());
    }
  }
}
