package dev.echomesh.mesh;

import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.mesh.engine.MeshClusterManager;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A member of a cluster as a later version may be: with another protocol and more to tell. */
final class ForeignMember {
  static final int PROTOCOL = Member.PROTOCOL + 1;

  private ForeignMember() {}

  /** Joins as the configuration file says, announces itself and stays. */
  public static void main(String[] arguments) {
    NodeConfig config = ConfigLoader.load(Path.of(arguments[0]), Map.of(), List.of()).config();
    MeshClusterManager engine = MeshClusterManager.create(config.mesh(), config.name(), null, 503);
    EventBusOptions bus =
        new EventBusOptions().setHost(config.mesh().host()).setPort(config.mesh().busPort());
    Member member =
        new Member(
            config.name(),
            "",
            "",
            config.mesh().host(),
            config.mesh().probePort(),
            "9.0.0",
            PROTOCOL,
            MemberState.UP,
            Instant.now());
    Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(bus))
        .withClusterManager(engine)
        .buildClustered()
        .compose(vertx -> engine.announce(member.toJson().put("colour", "blue")))
        .onComplete(
            announced -> System.out.println("announced"),
            failure -> {
              failure.printStackTrace();
              System.exit(1);
            });
  }
}
