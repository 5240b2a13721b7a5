package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * A node as a member of a cluster. Fields that a later version adds are ignored.
 *
 * @param name unique within the cluster
 * @param zone failure domain; may be empty
 * @param rack smaller failure domain; may be empty
 * @param host address at which others reach it
 * @param probePort of its endpoint {@code mesh}
 * @param version of Echomesh
 * @param protocol major version of what members say to each other
 * @param since when it came to be in this state
 */
public record Member(
    String name,
    String zone,
    String rack,
    String host,
    int probePort,
    String version,
    int protocol,
    MemberState state,
    Instant since) {
  /** What this version speaks. Members of another one are not talked to. */
  public static final int PROTOCOL = 1;

  /** The same member in another state. */
  public Member with(MemberState changed, Instant now) {
    return new Member(name, zone, rack, host, probePort, version, protocol, changed, now);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("name", name)
        .put("zone", zone)
        .put("rack", rack)
        .put("host", host)
        .put("probePort", probePort)
        .put("version", version)
        .put("protocol", protocol)
        .put("state", state.key())
        .put("since", since.toString());
  }

  public static Member fromJson(JsonObject json) {
    return new Member(
        json.getString("name"),
        json.getString("zone", ""),
        json.getString("rack", ""),
        json.getString("host"),
        json.getInteger("probePort"),
        json.getString("version", ""),
        json.getInteger("protocol"),
        MemberState.of(json.getString("state", "up")),
        Instant.parse(json.getString("since")));
  }
}
