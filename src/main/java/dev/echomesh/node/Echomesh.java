package dev.echomesh.node;

import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * A node for a program of one's own:
 *
 * <pre>{@code
 * NodeConfig config = NodeConfig.builder().endpoint("echo", e -> e.port(0)).build();
 * Echomesh.node(config)
 *     .start(vertx)
 *     .compose(node -> node.echo().endpoint("echo"))
 *     .onSuccess(echo -> System.out.println("listens on " + echo.port()));
 * }</pre>
 *
 * <p>Nothing here is static, ends the process or sets logging up. Immutable; any thread.
 */
public final class Echomesh {
  private final NodeConfig config;

  private Echomesh(NodeConfig config) {
    this.config = config;
  }

  /** A node that is not started yet. */
  public static Echomesh node(NodeConfig config) {
    return new Echomesh(config);
  }

  /**
   * Starts it on a Vert.x of its own, which ends with it. Completes when every endpoint listens and
   * the tester takes requests.
   *
   * @return fails with {@link StartException} if this machine cannot carry the configuration out;
   *     nothing is left running then
   */
  public Future<Node> start() {
    return Node.start(config);
  }

  /**
   * Starts it on somebody's Vert.x, which goes on when the node is closed. One node fits on a
   * Vert.x, since it answers on fixed event-bus addresses. Transport and metrics are those of that
   * Vert.x; and without file handles, its endpoints accept as Netty does, not as described in the
   * README.
   *
   * @return fails with {@link StartException} if a node runs there already, if the configuration
   *     asks for another transport, or as {@link #start()}; nothing is left running then
   */
  public Future<Node> start(Vertx vertx) {
    return Node.start(config, vertx);
  }
}
