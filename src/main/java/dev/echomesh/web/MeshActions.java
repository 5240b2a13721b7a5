package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What the mesh knows. */
final class MeshActions {
  private static final Problem NO_MESH =
      Problem.of(409, "this node has no mesh (mesh.enabled is false)");

  private final Bus bus;

  MeshActions(Bus bus) {
    this.bus = bus;
  }

  List<Operation> operations() {
    return List.of(
        Operation.get(
            "/api/v1/mesh", call -> bus.ask(Addresses.MESH_MATRIX, null, NO_MESH).map(Reply::json)),
        Operation.get("/api/v1/mesh/paths/{from}/{to}", this::path));
  }

  private Future<Reply> path(Call call) {
    String from = call.path("from");
    return bus.ask(Addresses.MESH_MATRIX, null, NO_MESH)
        .compose(
            matrix -> {
              requireNode(from, matrix);
              return bus.askNode(
                  from, Addresses.MESH_PATH, new JsonObject().put("to", call.path("to")));
            })
        .map(Reply::json);
  }

  /** Who is in the matrix and does not answer is gone; who is not, was never there. */
  private static void requireNode(String name, JsonObject matrix) {
    boolean known =
        matrix.getJsonArray("nodes").stream()
            .anyMatch(node -> name.equals(((JsonObject) node).getString("name")));
    if (!known) {
      throw new ProblemException(
          Problem.of(404, "from", "from: %s (expected a node of the mesh)".formatted(name)));
    }
  }
}
