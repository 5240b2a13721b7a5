package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * How a node is.
 *
 * @param status the worst of the checks'
 */
public record Health(HealthStatus status, List<Check> checks) {
  public Health {
    checks = List.copyOf(checks);
  }

  /**
   * One thing that was looked at.
   *
   * @param detail in plain words, one line
   */
  public record Check(String name, HealthStatus status, String detail) {
    JsonObject toJson() {
      return new JsonObject().put("name", name).put("status", status.key()).put("detail", detail);
    }

    static Check fromJson(JsonObject json) {
      return new Check(
          json.getString("name"),
          HealthStatus.of(json.getString("status")),
          json.getString("detail"));
    }
  }

  /** As bad as the worst of the checks; {@code ok} without any. */
  public static Health of(List<Check> checks) {
    HealthStatus worst = HealthStatus.OK;
    for (Check check : checks) {
      worst = check.status.worse(worst);
    }
    return new Health(worst, checks);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("status", status.key())
        .put("checks", new JsonArray(checks.stream().map(Check::toJson).toList()));
  }

  public static Health fromJson(JsonObject json) {
    return new Health(
        HealthStatus.of(json.getString("status")),
        json.getJsonArray("checks").stream()
            .map(check -> Check.fromJson((JsonObject) check))
            .toList());
  }
}
