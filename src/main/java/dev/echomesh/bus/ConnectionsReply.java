package dev.echomesh.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What an echo side knows of the clients that it was asked for; one it does not know is absent. */
public record ConnectionsReply(List<Connection> connections) {
  public ConnectionsReply {
    connections = List.copyOf(connections);
  }

  /**
   * The counters of one connection.
   *
   * @param client its address and port
   * @param open whether the connection still is
   */
  public record Connection(String client, long bytesReceived, long bytesSent, boolean open) {
    JsonObject toJson() {
      return new JsonObject()
          .put("client", client)
          .put("bytesReceived", bytesReceived)
          .put("bytesSent", bytesSent)
          .put("open", open);
    }

    static Connection fromJson(JsonObject json) {
      return new Connection(
          json.getString("client"),
          json.getLong("bytesReceived"),
          json.getLong("bytesSent"),
          json.getBoolean("open"));
    }
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("connections", new JsonArray(connections.stream().map(Connection::toJson).toList()));
  }

  public static ConnectionsReply fromJson(JsonObject json) {
    return new ConnectionsReply(
        json.getJsonArray("connections").stream()
            .map(c -> Connection.fromJson((JsonObject) c))
            .toList());
  }
}
