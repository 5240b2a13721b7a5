package dev.echomesh.client;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Answers for the echo side of another node, on a bus that the node itself is not on. */
public final class RemotePeer {
  /** So many addresses fit into the line of a request, IPv6 ones, too. */
  private static final int CLIENTS_AT_ONCE = 200;

  private final NodeClient node;

  private RemotePeer(NodeClient node) {
    this.node = node;
  }

  /** Takes questions from now on. */
  public static void on(Vertx vertx, NodeClient node) {
    vertx
        .eventBus()
        .<JsonObject>localConsumer(Addresses.ECHO_CONNECTIONS, new RemotePeer(node)::answer);
  }

  private void answer(Message<JsonObject> question) {
    ConnectionsQuery query = ConnectionsQuery.fromJson(question.body());
    List<Future<JsonObject>> parts = new ArrayList<>();
    for (int from = 0; from < query.clients().size(); from += CLIENTS_AT_ONCE) {
      int to = Math.min(from + CLIENTS_AT_ONCE, query.clients().size());
      parts.add(ask(query.port(), query.clients().subList(from, to)));
    }
    Future.all(parts)
        .map(
            all -> {
              JsonArray connections = new JsonArray();
              all.<JsonObject>list()
                  .forEach(part -> connections.addAll(part.getJsonArray("connections")));
              return new JsonObject().put("connections", connections);
            })
        .onSuccess(question::reply)
        .onFailure(
            cause ->
                question.fail(
                    cause instanceof RequestException refused
                        ? refused.failure().code()
                        : Failure.CONFLICT.code(),
                    String.valueOf(cause.getMessage())));
  }

  private Future<JsonObject> ask(int port, List<String> clients) {
    return node.get(
        "/api/v1/connections?port="
            + port
            + clients.stream()
                .map(client -> "&client=" + URLEncoder.encode(client, StandardCharsets.UTF_8))
                .collect(Collectors.joining()));
  }
}
