package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * What came of one check.
 *
 * @param evidence what was seen, in plain words, the reason for the verdict first
 * @param durationSeconds how long it took
 */
public record CheckResult(
    CheckName check, CheckVerdict verdict, List<String> evidence, double durationSeconds) {
  public CheckResult {
    evidence = List.copyOf(evidence);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("check", check.key())
        .put("verdict", verdict.key())
        .put("why", check.why())
        .put("clause", check.clause())
        .put("evidence", new JsonArray(evidence))
        .put("durationSeconds", durationSeconds);
  }

  public static CheckResult fromJson(JsonObject json) {
    return new CheckResult(
        CheckName.valueOf(json.getString("check").toUpperCase(Locale.ROOT).replace('-', '_')),
        CheckVerdict.valueOf(json.getString("verdict").toUpperCase(Locale.ROOT)),
        json.getJsonArray("evidence").stream().map(String.class::cast).toList(),
        json.getDouble("durationSeconds"));
  }
}
