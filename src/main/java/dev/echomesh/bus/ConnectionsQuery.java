package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Asks an echo side what it counted on the connections of the named clients.
 *
 * @param port the endpoint's
 * @param clients address and port of each client as the client sees itself, {@code 127.0.0.1:40000}
 *     or {@code [::1]:40000}
 */
public record ConnectionsQuery(int port, List<String> clients) {
  public ConnectionsQuery {
    clients = List.copyOf(clients);
  }

  public JsonObject toJson() {
    return new JsonObject().put("port", port).put("clients", new JsonArray(clients));
  }

  public static ConnectionsQuery fromJson(JsonObject json) {
    return new ConnectionsQuery(
        json.getInteger("port"),
        json.getJsonArray("clients").stream().map(String.class::cast).toList());
  }
}
