package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one sampled path. Figures are of the last minute; what could not be measured is
 * null.
 *
 * @param from the node that probes
 * @param to a node, or {@code probe:NAME} for a plain target of its configuration
 * @param since when it came into its state, by the clock of {@code from}
 * @param updatedAt when the latest probe of it was decided, by the clock of {@code from}; null
 *     before the first
 * @param frames how frames and failed connections ended
 * @param connect of new connections
 * @param roundTrip of frames
 * @param lossRatio frames and connections that did not end well, of all; 0 to 1
 * @param retransmits segments that TCP had to repeat
 * @param lastOutcome how the latest probe that failed ended
 * @param lastProblem the same in plain words, one line
 */
public record MeshPath(
    String from,
    String to,
    PathState state,
    Instant since,
    @Nullable Instant updatedAt,
    Outcomes frames,
    @Nullable Connect connect,
    @Nullable RoundTrip roundTrip,
    @Nullable Double lossRatio,
    @Nullable Long retransmits,
    @Nullable Outcome lastOutcome,
    @Nullable String lastProblem) {
  /** What the {@code to} of a plain target begins with. */
  public static final String PLAIN = "probe:";

  /** Times to connect, in microseconds. */
  public record Connect(double p50Micros, double p99Micros) {}

  /** Round trips of frames, in microseconds. */
  public record RoundTrip(
      double p50Micros, double p90Micros, double p99Micros, double p999Micros) {}

  /** A path of which nothing is known yet. */
  public static MeshPath unknown(String from, String to, Instant since) {
    return new MeshPath(
        from,
        to,
        PathState.UNKNOWN,
        since,
        null,
        Outcomes.none(),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The same path in another state. */
  public MeshPath in(PathState other, Instant since) {
    return new MeshPath(
        from,
        to,
        other,
        since,
        updatedAt,
        frames,
        connect,
        roundTrip,
        lossRatio,
        retransmits,
        lastOutcome,
        lastProblem);
  }

  /** Whether it leads to a plain target, not to a node. */
  public boolean isPlain() {
    return to.startsWith(PLAIN);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("from", from)
        .put("to", to)
        .put("state", state.key())
        .put("since", since.toString())
        .put("updatedAt", updatedAt == null ? null : updatedAt.toString())
        .put("frames", frames.toJson())
        .put(
            "connect",
            connect == null
                ? null
                : new JsonObject()
                    .put("p50Micros", connect.p50Micros)
                    .put("p99Micros", connect.p99Micros))
        .put("p50Micros", roundTrip == null ? null : roundTrip.p50Micros)
        .put("p90Micros", roundTrip == null ? null : roundTrip.p90Micros)
        .put("p99Micros", roundTrip == null ? null : roundTrip.p99Micros)
        .put("p999Micros", roundTrip == null ? null : roundTrip.p999Micros)
        .put("lossRatio", lossRatio)
        .put("retransmits", retransmits)
        .put("lastOutcome", lastOutcome == null ? null : lastOutcome.key())
        .put("lastProblem", lastProblem);
  }

  public static MeshPath fromJson(JsonObject json) {
    String updatedAt = json.getString("updatedAt");
    JsonObject connect = json.getJsonObject("connect");
    Double p50 = json.getDouble("p50Micros");
    String lastOutcome = json.getString("lastOutcome");
    return new MeshPath(
        json.getString("from"),
        json.getString("to"),
        PathState.ofKey(json.getString("state")),
        Instant.parse(json.getString("since")),
        updatedAt == null ? null : Instant.parse(updatedAt),
        Outcomes.fromJson(json.getJsonObject("frames")),
        connect == null
            ? null
            : new Connect(connect.getDouble("p50Micros"), connect.getDouble("p99Micros")),
        p50 == null
            ? null
            : new RoundTrip(
                p50,
                json.getDouble("p90Micros"),
                json.getDouble("p99Micros"),
                json.getDouble("p999Micros")),
        json.getDouble("lossRatio"),
        json.getLong("retransmits"),
        lastOutcome == null ? null : Outcome.ofKey(lastOutcome),
        json.getString("lastProblem"));
  }
}
