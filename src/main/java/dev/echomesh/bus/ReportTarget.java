package dev.echomesh.bus;

import dev.echomesh.spec.NodeTarget;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Where a test went, in its report. A node's endpoint that was not found has no host. */
final class ReportTarget {
  private ReportTarget() {}

  static JsonObject toJson(Target target) {
    if (target instanceof NodeTarget node) {
      SocketTarget found = node.found();
      return new JsonObject()
          .put("host", found == null ? null : found.host())
          .put("port", found == null ? null : found.port())
          .put("endpoint", node.endpoint())
          .put("node", node.node());
    }
    SocketTarget socket = target.socket();
    return new JsonObject()
        .put("host", socket.host())
        .put("port", socket.port())
        .putNull("endpoint")
        .putNull("node");
  }

  /** The request as it was carried out. */
  static TestRequest found(TestRequest request, @Nullable JsonObject target) {
    String host = target == null ? null : target.getString("host");
    return target == null || host == null
        ? request
        : request.at(new SocketTarget(host, target.getInteger("port")));
  }
}
