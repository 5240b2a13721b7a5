package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/**
 * What came of the checks of one server.
 *
 * @param node name of the node that ran them; empty for a command
 * @param results in the order of the request
 */
public record CheckReport(
    String id,
    Instant startedAt,
    double durationSeconds,
    String node,
    CheckRequest request,
    List<CheckResult> results,
    TestReport.Environment environment) {
  /** Version of the JSON form. */
  public static final String SCHEMA = "echomesh.check/1";

  public CheckReport {
    results = List.copyOf(results);
  }

  /** Whether no check failed and at least one passed. */
  public boolean passed() {
    return count(CheckVerdict.FAIL) == 0 && count(CheckVerdict.PASS) > 0;
  }

  /** How many checks came to that verdict. */
  public long count(CheckVerdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).count();
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("schema", SCHEMA)
        .put("id", id)
        .put("startedAt", startedAt.toString())
        .put("durationSeconds", durationSeconds)
        .put("node", node)
        .put("request", request.toJson())
        .put("verdict", passed() ? "pass" : "fail")
        .put("checks", new JsonArray(results.stream().map(CheckResult::toJson).toList()))
        .put("environment", environment.toJson());
  }

  public static CheckReport fromJson(JsonObject json) {
    return new CheckReport(
        json.getString("id"),
        Instant.parse(json.getString("startedAt")),
        json.getDouble("durationSeconds"),
        json.getString("node"),
        CheckRequest.fromJson(json.getJsonObject("request")),
        json.getJsonArray("checks").stream()
            .map(result -> CheckResult.fromJson((JsonObject) result))
            .toList(),
        TestReport.Environment.fromJson(json.getJsonObject("environment")));
  }
}
