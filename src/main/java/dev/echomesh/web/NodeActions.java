package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ConnectionsQuery;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What a node and its echo side are, and changing it. */
final class NodeActions {
  private static final int MAX_CLIENTS = 1000;

  private final Bus bus;

  NodeActions(Bus bus) {
    this.bus = bus;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get("/api/v1/node", call -> bus.ask(Addresses.NODE_INFO, null).map(Reply::json)),
        Operation.get(
            "/api/v1/endpoints", call -> bus.ask(Addresses.ECHO_ENDPOINTS, null).map(Reply::json)),
        Operation.command(HttpMethod.POST, "/api/v1/endpoints/{name}/faults", this::fault),
        Operation.get("/api/v1/connections", this::connections, "client", "port"),
        Operation.command(
            HttpMethod.POST,
            "/api/v1/reload",
            call ->
                bus.ask(
                        Addresses.NODE_RELOAD,
                        null,
                        Problem.of(409, "the node was started without a configuration file"))
                    .map(Reply::json)));
  }

  private Future<Reply> fault(Call call) {
    JsonObject request =
        new JsonObject().put("endpoint", call.path("name")).put("faults", call.object());
    return bus.ask(Addresses.ECHO_FAULT, request).map(Reply::json);
  }

  /** Of one port, or of those of all endpoints. */
  private Future<Reply> connections(Call call) {
    List<String> clients = call.all("client");
    if (clients.isEmpty() || clients.size() > MAX_CLIENTS) {
      throw new ProblemException(
          Problem.of(
              400,
              "client",
              "client: given %d times (expected 1 to %d)".formatted(clients.size(), MAX_CLIENTS)));
    }
    int port = call.number("port", 0, 1, 65_535);
    Future<List<Integer>> ports =
        port > 0
            ? Future.succeededFuture(List.of(port))
            : bus.ask(Addresses.ECHO_ENDPOINTS, null).map(NodeActions::ports);
    return ports.compose(
        all ->
            Future.all(all.stream().map(each -> ask(each, clients)).toList())
                .map(
                    answers -> {
                      List<Object> found = new ArrayList<>();
                      answers.<JsonArray>list().forEach(each -> each.forEach(found::add));
                      return Reply.json(new JsonObject().put("connections", new JsonArray(found)));
                    }));
  }

  private Future<JsonArray> ask(int port, List<String> clients) {
    return bus.ask(Addresses.ECHO_CONNECTIONS, new ConnectionsQuery(port, clients).toJson())
        .map(
            reply -> {
              JsonArray connections = reply.getJsonArray("connections");
              IntStream.range(0, connections.size())
                  .forEach(i -> connections.getJsonObject(i).put("port", port));
              return connections;
            });
  }

  private static List<Integer> ports(JsonObject endpoints) {
    JsonArray all = endpoints.getJsonArray("endpoints");
    return IntStream.range(0, all.size())
        .mapToObj(i -> all.getJsonObject(i).getInteger("port"))
        .toList();
  }
}
