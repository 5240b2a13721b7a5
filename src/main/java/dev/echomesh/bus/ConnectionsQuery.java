package dev.echomesh.bus;

import dev.echomesh.spec.SocketAddresses;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Asks an echo side what it counted on the connections of the named clients.
 *
 * @param port the endpoint's
 * @param clients address and port of each client as the client sees itself, {@code 127.0.0.1:40000}
 *     or {@code [::1]:40000}; none for every connection to the port that is known
 */
public record ConnectionsQuery(int port, List<String> clients) {
  public ConnectionsQuery {
    clients = List.copyOf(clients);
  }

  public JsonObject toJson() {
    return new JsonObject().put("port", port).put("clients", new JsonArray(clients));
  }

  /**
   * Reads a query.
   *
   * @throws RequestException naming the field that cannot be used
   */
  public static ConnectionsQuery fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    if (!fields.has("port")) {
      throw RequestException.invalid("port", "missing (expected 1 to 65535)");
    }
    List<String> clients = fields.texts("clients");
    clients.forEach(client -> fields.parsed("clients", client, SocketAddresses::parse));
    return new ConnectionsQuery((int) fields.number("port", 0, 1, 65535), clients);
  }
}
