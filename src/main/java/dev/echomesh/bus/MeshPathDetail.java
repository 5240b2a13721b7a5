package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the owner of a path knows of it.
 *
 * @param windows from the shortest to the longest
 * @param failures the latest probes that failed, the newest first, none longer ago than the longest
 *     window
 */
public record MeshPathDetail(MeshPath path, List<Window> windows, List<FailedProbe> failures) {
  public MeshPathDetail {
    windows = List.copyOf(windows);
    failures = List.copyOf(failures);
  }

  /**
   * What was seen in so much time up to now, to within the sixth part of it.
   *
   * @param connect of new connections
   * @param rtt of frames of the shorter length
   * @param rttLarge of frames of the longer one
   */
  public record Window(
      Duration length,
      Outcomes outcomes,
      @Nullable Latency connect,
      @Nullable Latency rtt,
      @Nullable Latency rttLarge) {
    JsonObject toJson() {
      return new JsonObject()
          .put("seconds", length.toSeconds())
          .put("outcomes", outcomes.toJson())
          .put("connect", Latency.toJson(connect))
          .put("rtt", Latency.toJson(rtt))
          .put("rttLarge", Latency.toJson(rttLarge));
    }

    static Window fromJson(JsonObject json) {
      return new Window(
          Duration.ofSeconds(json.getLong("seconds")),
          Outcomes.fromJson(json.getJsonObject("outcomes")),
          Latency.fromJson(json.getJsonObject("connect")),
          Latency.fromJson(json.getJsonObject("rtt")),
          Latency.fromJson(json.getJsonObject("rttLarge")));
    }
  }

  /** A probe that failed. */
  public record FailedProbe(Instant at, Outcome outcome, String problem) {
    JsonObject toJson() {
      return new JsonObject()
          .put("at", at.toString())
          .put("outcome", outcome.key())
          .put("problem", problem);
    }

    static FailedProbe fromJson(JsonObject json) {
      return new FailedProbe(
          Instant.parse(json.getString("at")),
          Outcome.ofKey(json.getString("outcome")),
          json.getString("problem"));
    }
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("path", path.toJson())
        .put("windows", new JsonArray(windows.stream().map(Window::toJson).toList()))
        .put("failures", new JsonArray(failures.stream().map(FailedProbe::toJson).toList()));
  }

  public static MeshPathDetail fromJson(JsonObject json) {
    return new MeshPathDetail(
        MeshPath.fromJson(json.getJsonObject("path")),
        json.getJsonArray("windows").stream().map(w -> Window.fromJson((JsonObject) w)).toList(),
        json.getJsonArray("failures").stream()
            .map(f -> FailedProbe.fromJson((JsonObject) f))
            .toList());
  }
}
