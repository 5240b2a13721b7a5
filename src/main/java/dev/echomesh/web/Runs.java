package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
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

/** The runs under way that were started here, and the last reports of all. Event loop only. */
final class Runs {
  private static final int MAX_REPORTS = 100;

  private final Vertx vertx;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Map<String, JsonObject> reports = new LinkedHashMap<>();

  private record Running(JsonObject state, MessageConsumer<JsonObject> news) {}

  Runs(Vertx vertx) {
    this.vertx = vertx;
    vertx.eventBus().<JsonObject>localConsumer(Addresses.REPORTS, news -> ended(news.body()));
  }

  /** Listens to a run that has just begun. */
  void follow(String id, String kind, JsonObject request) {
    if (reports.containsKey(id)) {
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

  @Nullable JsonObject report(String id) {
    return reports.get(id);
  }

  /** The newest first, from behind the run {@code after} on. */
  JsonObject page(int limit, @Nullable String after) {
    List<JsonObject> all = new ArrayList<>();
    running.values().forEach(run -> all.add(0, run.state));
    List<JsonObject> ended = new ArrayList<>();
    reports.values().forEach(report -> ended.add(0, summary(report)));
    all.addAll(ended);
    int from = 0;
    for (int i = 0; after != null && i < all.size(); i++) {
      if (after.equals(all.get(i).getString("id"))) {
        from = i + 1;
      }
    }
    List<JsonObject> page = all.subList(from, Math.min(all.size(), from + limit));
    boolean more = from + limit < all.size();
    return new JsonObject()
        .put("runs", new JsonArray(page))
        .put("next", more ? page.get(page.size() - 1).getString("id") : null);
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
    } else if (news.containsKey("schema")) {
      ended(news);
    } else {
      leave(id);
    }
  }

  private void ended(JsonObject report) {
    String id = report.getString("id");
    leave(id);
    reports.put(id, report);
    if (reports.size() > MAX_REPORTS) {
      reports.remove(reports.keySet().iterator().next());
    }
  }

  private void leave(String id) {
    Running run = running.remove(id);
    if (run != null) {
      run.news.unregister();
    }
  }
}
