package dev.echomesh.node;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.NodeInfo;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.spec.Version;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;

/** Says on the event bus what the node is. */
final class Introduction extends VerticleBase {
  private final NodeInfo info;

  Introduction(NodeConfig config, String transport) {
    this.info =
        new NodeInfo(
            config.name(),
            config.zone(),
            config.rack(),
            Version.current(),
            transport,
            System.getProperty("java.version"),
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            ProcessHandle.current().pid(),
            Instant.now());
  }

  @Override
  public Future<?> start() {
    return vertx
        .eventBus()
        .localConsumer(Addresses.NODE_INFO, request -> request.reply(info.toJson()))
        .completion();
  }
}
