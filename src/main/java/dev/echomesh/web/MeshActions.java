package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
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
        Operation.get(
            "/api/v1/mesh/paths/{from}/{to}",
            call ->
                bus.ask(Addresses.MESH_MATRIX, null, NO_MESH)
                    .compose(
                        matrix ->
                            bus.ask(
                                Addresses.meshPath(call.path("from")),
                                new JsonObject().put("to", call.path("to")),
                                Problem.of(
                                    404,
                                    "from",
                                    "from: no node " + call.path("from") + " answers")))
                    .map(Reply::json)));
  }
}
