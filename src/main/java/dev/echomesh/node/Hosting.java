package dev.echomesh.node;

import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The Vert.x that a node's verticles run on: its own, or a guest's place on somebody's. */
sealed interface Hosting {
  Vertx vertx();

  /** {@code epoll}, {@code io_uring} or {@code nio}. */
  String transport();

  /** Deploys a verticle that ends with the node. */
  Future<String> deploy(Deployable verticle, DeploymentOptions options);

  /** Undeploys what was deployed, and ends what the node brought with it. */
  Future<Void> end();

  /**
   * A Vert.x for this node alone.
   *
   * @param registry what it counts into; null for nothing
   * @throws StartException if the transport is not available
   */
  static Hosting own(NodeConfig config, @Nullable MeterRegistry registry) {
    io.vertx.core.transport.Transport transport = Transports.choose(config.transport());
    return new Own(VertxFactory.create(transport, registry), transport.name());
  }

  /**
   * A place on somebody's.
   *
   * @throws StartException if it is taken, or the transport is not the one asked for
   */
  static Hosting guest(NodeConfig config, Vertx vertx) {
    String transport = Transports.of(vertx, config.transport());
    return new Guest(vertx, transport, new CopyOnWriteArrayList<>()).enter(config.name());
  }

  /** Closing this Vert.x undeploys. */
  record Own(Vertx vertx, String transport) implements Hosting {
    @Override
    public Future<String> deploy(Deployable verticle, DeploymentOptions options) {
      return vertx.deployVerticle(verticle, options);
    }

    @Override
    public Future<Void> end() {
      return vertx.close();
    }
  }

  /** Keeps the names of its deployments. */
  record Guest(Vertx vertx, String transport, List<String> deployments) implements Hosting {
    private static final String PLACE = "echomesh.node";

    private Guest enter(String name) {
      String other = place().putIfAbsent(PLACE, name);
      if (other != null) {
        throw new StartException(
            "node.name: %s cannot share a Vert.x with node %s (expected one node on it)"
                .formatted(name, other));
      }
      return this;
    }

    @Override
    public Future<String> deploy(Deployable verticle, DeploymentOptions options) {
      return vertx.deployVerticle(verticle, options).onSuccess(deployments::add);
    }

    @Override
    public Future<Void> end() {
      List<Future<String>> ends =
          deployments.stream().map(id -> vertx.undeploy(id).map(id)).toList();
      deployments.clear();
      return Future.join(ends).onComplete(all -> place().remove(PLACE)).mapEmpty();
    }

    private LocalMap<String, String> place() {
      return vertx.sharedData().getLocalMap(PLACE);
    }
  }
}
