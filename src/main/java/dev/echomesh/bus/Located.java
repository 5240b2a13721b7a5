package dev.echomesh.bus;

import dev.echomesh.spec.SocketTarget;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint of a node is.
 *
 * @param socket as this node reaches it
 * @param tls of this node, where the endpoint is for members only; null for any other
 */
public record Located(SocketTarget socket, String endpoint, String node, @Nullable ClientTls tls) {
  public JsonObject toJson() {
    return new JsonObject()
        .put("host", socket.host())
        .put("port", socket.port())
        .put("endpoint", endpoint)
        .put("node", node)
        .put("tls", tls == null ? null : tls.toJson());
  }

  public static Located fromJson(JsonObject json) {
    return new Located(
        new SocketTarget(json.getString("host"), json.getInteger("port")),
        json.getString("endpoint"),
        json.getString("node"),
        ClientTls.of(new Fields(json).object("tls")));
  }
}
