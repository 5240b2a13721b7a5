package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How {@link TestMode#FIND_MAX} found its rate.
 *
 * @param maxRate highest rate that passed, frames per second; null if none did
 * @param resolutionPercent how close the next rate is that did not pass
 * @param steps in the order in which they were run
 */
public record Search(@Nullable Double maxRate, double resolutionPercent, List<Step> steps) {
  public Search {
    steps = List.copyOf(steps);
  }

  /**
   * One run of the search.
   *
   * @param rate asked for, frames per second
   * @param achieved frames per second that came back
   * @param reasons why it did not pass
   */
  public record Step(
      double rate,
      double achieved,
      @Nullable Double p50Micros,
      @Nullable Double p99Micros,
      List<String> reasons) {
    public Step {
      reasons = List.copyOf(reasons);
    }

    public boolean passed() {
      return reasons.isEmpty();
    }

    private JsonObject toJson() {
      return new JsonObject()
          .put("rate", rate)
          .put("achieved", achieved)
          .put("p50Micros", p50Micros)
          .put("p99Micros", p99Micros)
          .put("reasons", new JsonArray(reasons));
    }

    private static Step fromJson(JsonObject json) {
      return new Step(
          json.getDouble("rate"),
          json.getDouble("achieved"),
          json.getDouble("p50Micros"),
          json.getDouble("p99Micros"),
          json.getJsonArray("reasons").stream().map(String.class::cast).toList());
    }
  }

  static @Nullable JsonObject toJson(@Nullable Search search) {
    return search == null
        ? null
        : new JsonObject()
            .put("maxRate", search.maxRate)
            .put("resolutionPercent", search.resolutionPercent)
            .put("steps", new JsonArray(search.steps.stream().map(Step::toJson).toList()));
  }

  static @Nullable Search fromJson(@Nullable JsonObject json) {
    return json == null
        ? null
        : new Search(
            json.getDouble("maxRate"),
            json.getDouble("resolutionPercent"),
            json.getJsonArray("steps").stream()
                .map(step -> Step.fromJson((JsonObject) step))
                .toList());
  }
}
