package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Reports made of what they are asked for and of dull values for the rest. */
final class SampleReports {
  private static final long HOUR_MICROS = 3_600_000_000L;

  private SampleReports() {}

  /** Passed, its frames all ok, each with one of the round trips. */
  static TestReport passed(String id, String startedAt, double seconds, long... rttMicros) {
    return TestReport.fromJson(json(id, startedAt, seconds, rttMicros));
  }

  static TestReport failed(String id, String... reasons) {
    return TestReport.fromJson(
        json(id, "2026-01-01T00:00:00Z", 1)
            .put("verdict", "fail")
            .put("reasons", new JsonArray(List.of(reasons)))
            .put("outcomes", new JsonObject().put("ok", 0).put("timeout", 1))
            .putNull("throughput"));
  }

  static JsonObject json(String id, String startedAt, double seconds, long... rttMicros) {
    Histogram rtt = new Histogram(HOUR_MICROS, 3);
    for (long micros : rttMicros) {
      rtt.recordValue(micros);
    }
    int frames = rttMicros.length;
    JsonObject request =
        TestRequest.fromJson(new JsonObject().put("target", "127.0.0.1:7")).toJson();
    return new JsonObject()
        .put("schema", TestReport.SCHEMA)
        .put("id", id)
        .put("startedAt", startedAt)
        .put("durationSeconds", seconds)
        .put("node", "")
        .put("request", request)
        .put("verdict", "pass")
        .put("reasons", new JsonArray())
        .put("trust", new JsonObject().put("ok", true).put("reasons", new JsonArray()))
        .put("outcomes", Outcomes.none().toJson().put("ok", frames))
        .put(
            "connections",
            new JsonObject().put("opened", 1).put("failed", 0).put("addresses", new JsonArray()))
        .put("bytes", new JsonObject().put("sent", 64 * frames).put("received", 64 * frames))
        .put("rtt", latency(rtt))
        .put(
            "throughput",
            new JsonObject()
                .put("framesPerSecond", frames / seconds)
                .put("bytesPerSecond", 64 * frames / seconds))
        .put("series", new JsonArray())
        .put("notes", new JsonArray())
        .put(
            "environment",
            new JsonObject()
                .put("version", "1")
                .put("java", "17")
                .put("transport", "epoll")
                .put("os", "Linux"));
  }

  private static @Nullable JsonObject latency(Histogram micros) {
    Latency latency = Latency.of(micros);
    return latency == null
        ? null
        : new JsonObject()
            .put("count", latency.count())
            .put("minMicros", latency.minMicros())
            .put("meanMicros", latency.meanMicros())
            .put("p50Micros", latency.p50Micros())
            .put("p90Micros", latency.p90Micros())
            .put("p99Micros", latency.p99Micros())
            .put("p999Micros", latency.p999Micros())
            .put("maxMicros", latency.maxMicros())
            .put("histogram", latency.histogram());
  }
}
