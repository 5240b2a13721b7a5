package dev.echomesh.bus;

import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @param openMillis for how long it has been, or was, open
   * @param tcp what the kernel knew when the client ended; null if it could not be asked
   */
  public record Connection(
      String client,
      long bytesReceived,
      long bytesSent,
      boolean open,
      long openMillis,
      @Nullable TcpInfo tcp) {
    JsonObject toJson() {
      return new JsonObject()
          .put("client", client)
          .put("bytesReceived", bytesReceived)
          .put("bytesSent", bytesSent)
          .put("open", open)
          .put("openMillis", openMillis)
          .put("tcp", TcpFigures.toJson(tcp));
    }

    static Connection fromJson(JsonObject json) {
      return new Connection(
          json.getString("client"),
          json.getLong("bytesReceived"),
          json.getLong("bytesSent"),
          json.getBoolean("open"),
          json.getLong("openMillis"),
          TcpFigures.fromJson(json.getJsonObject("tcp")));
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
