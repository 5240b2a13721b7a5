package dev.echomesh.cli;

import dev.echomesh.client.NodeAddress;
import dev.echomesh.client.NodeClient;
import dev.echomesh.client.RemoteRuns;
import dev.echomesh.node.VertxFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** Has another node run what a command asks for; Ctrl-C cancels it there. */
final class RemoteCommand {
  private RemoteCommand() {}

  /** Asks for a run and waits for its report. */
  interface Call {
    Future<JsonObject> on(RemoteRuns runs);
  }

  /** The report, as JSON. */
  static JsonObject run(NodeAddress node, Call call) throws Exception {
    Vertx vertx = VertxFactory.forCommand();
    try {
      RemoteRuns runs = new RemoteRuns(vertx, new NodeClient(vertx, node));
      Signals.onFirst(runs::cancel);
      return Blocking.await(call.on(runs));
    } finally {
      Blocking.await(vertx.close());
    }
  }
}
