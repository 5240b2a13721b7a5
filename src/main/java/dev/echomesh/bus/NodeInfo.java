package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * What a node is.
 *
 * @param zone failure domain; may be empty
 * @param rack smaller failure domain; may be empty
 * @param version of Echomesh
 * @param transport {@code epoll}, {@code io_uring} or {@code nio}
 * @param java version of the JVM
 * @param os name and version
 * @param pid of the process
 */
public record NodeInfo(
    String name,
    String zone,
    String rack,
    String version,
    String transport,
    String java,
    String os,
    long pid,
    Instant startedAt) {
  public JsonObject toJson() {
    return new JsonObject()
        .put("name", name)
        .put("zone", zone)
        .put("rack", rack)
        .put("version", version)
        .put("transport", transport)
        .put("java", java)
        .put("os", os)
        .put("pid", pid)
        .put("startedAt", startedAt.toString());
  }

  public static NodeInfo fromJson(JsonObject json) {
    return new NodeInfo(
        json.getString("name"),
        json.getString("zone"),
        json.getString("rack"),
        json.getString("version"),
        json.getString("transport"),
        json.getString("java"),
        json.getString("os"),
        json.getLong("pid"),
        Instant.parse(json.getString("startedAt")));
  }
}
