package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one of several nodes had to say of a test that all of them ran.
 *
 * @param verdict {@code "pass"}, {@code "fail"}, or {@code "none"} if the node came to no report
 * @param frames empty without a report
 * @param p50Micros of its round trips; null if none was measured
 * @param problem the first reason for the verdict; null if it passed
 */
public record SourceResult(
    String node,
    String verdict,
    Outcomes frames,
    @Nullable Double p50Micros,
    @Nullable Double p99Micros,
    @Nullable String problem) {
  /** Of a node that came to a report. */
  public static SourceResult of(String node, TestReport report) {
    Latency rtt = report.rtt();
    return new SourceResult(
        node,
        report.passed() ? "pass" : "fail",
        report.outcomes(),
        rtt == null ? null : rtt.p50Micros(),
        rtt == null ? null : rtt.p99Micros(),
        report.reasons().isEmpty() ? null : report.reasons().get(0));
  }

  /** Of a node that came to none. */
  public static SourceResult none(String node, String problem) {
    return new SourceResult(node, "none", Outcomes.none(), null, null, problem);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("node", node)
        .put("verdict", verdict)
        .put("frames", frames.toJson())
        .put("p50Micros", p50Micros)
        .put("p99Micros", p99Micros)
        .put("problem", problem);
  }

  static SourceResult fromJson(JsonObject json) {
    return new SourceResult(
        Objects.requireNonNull(json.getString("node")),
        Objects.requireNonNull(json.getString("verdict")),
        Outcomes.fromJson(json.getJsonObject("frames")),
        json.getDouble("p50Micros"),
        json.getDouble("p99Micros"),
        json.getString("problem"));
  }
}
