package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A node of the mesh as another one sees it.
 *
 * @param host the address at which the others reach it
 * @param since when it came into its state, by the clock of whoever tells
 * @param slowed whether it says that it is short of CPU and probes slower than it should
 */
public record MeshNode(
    String name,
    String zone,
    String rack,
    String host,
    String version,
    State state,
    Instant since,
    boolean slowed) {
  /** Whether it is there. */
  public enum State {
    UP,
    /** It has said that it will leave. */
    LEAVING,
    /** It left the cluster without a word; some of its probers may still reach it. */
    LOST,
    /** Nobody who probes it gets an answer. */
    DOWN;

    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The state of that name; {@link #UP} for one of a later version. */
    static State ofKey(String key) {
      return Stream.of(values()).filter(s -> s.key().equals(key)).findFirst().orElse(UP);
    }
  }

  /** The same node in another state. */
  public MeshNode in(State other, Instant since) {
    return new MeshNode(name, zone, rack, host, version, other, since, slowed);
  }

  /** The same node, slowed or not. */
  public MeshNode slowed(boolean isSlowed) {
    return new MeshNode(name, zone, rack, host, version, state, since, isSlowed);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("name", name)
        .put("zone", zone)
        .put("rack", rack)
        .put("host", host)
        .put("version", version)
        .put("state", state.key())
        .put("since", since.toString())
        .put("slowed", slowed);
  }

  public static MeshNode fromJson(JsonObject json) {
    return new MeshNode(
        json.getString("name"),
        json.getString("zone"),
        json.getString("rack"),
        json.getString("host"),
        json.getString("version"),
        State.ofKey(json.getString("state")),
        Instant.parse(json.getString("since")),
        json.getBoolean("slowed"));
  }
}
