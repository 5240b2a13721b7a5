package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How many ended how. An outcome that is absent did not occur. */
public record Outcomes(Map<Outcome, Long> counts) {
  public Outcomes {
    Map<Outcome, Long> occurred = new EnumMap<>(Outcome.class);
    counts.forEach(
        (outcome, count) -> {
          if (count != 0) {
            occurred.put(outcome, count);
          }
        });
    counts = java.util.Collections.unmodifiableMap(occurred);
  }

  public static Outcomes none() {
    return new Outcomes(Map.of());
  }

  public long count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  /** Frames, whatever became of them. */
  public long frames() {
    return counts.entrySet().stream()
        .filter(e -> !e.getKey().isOfConnection())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Connections that could not be used. */
  public long failedConnections() {
    return counts.entrySet().stream()
        .filter(e -> e.getKey().isOfConnection())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  public Outcomes plus(Outcomes other) {
    Map<Outcome, Long> sum = new EnumMap<>(Outcome.class);
    sum.putAll(counts);
    other.counts.forEach((outcome, count) -> sum.merge(outcome, count, Long::sum));
    return new Outcomes(sum);
  }

  /** {@code {"ok": 1000}}. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put(Outcome.OK.key(), count(Outcome.OK));
    counts.forEach((outcome, count) -> json.put(outcome.key(), count));
    return json;
  }

  public static Outcomes fromJson(JsonObject json) {
    return new Outcomes(
        json.fieldNames().stream()
            .collect(Collectors.toMap(Outcome::ofKey, name -> json.getLong(name))));
  }
}
