package dev.echomesh.node;

import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.echo.EchoVerticle;
import dev.echomesh.mesh.NodeServices;
import dev.echomesh.tester.TesterVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running node: echo endpoints and tester on one Vert.x. Methods can be called on any thread. */
public final class Node {
  private final Vertx vertx;
  private final NodeConfig config;
  private final String transport;
  private final EchoVerticle echo;
  private final TesterVerticle tester;
  private final @Nullable MeshNode mesh;
  private volatile boolean closing;

  private Node(Vertx vertx, NodeConfig config, String transport, @Nullable Cluster cluster) {
    this.vertx = vertx;
    this.config = config;
    this.transport = transport;
    MeshAccess alone = MeshAccess.alone(config.mesh());
    this.echo = new EchoVerticle(cluster == null ? config.echo() : alone.echo(config));
    this.tester =
        new TesterVerticle(
            cluster == null ? config.tester() : alone.tester(config.tester()),
            config.name(),
            transport,
            config.echo().instances());
    this.mesh = cluster == null ? null : new MeshNode(cluster, config, echo, tester);
  }

  /**
   * Starts a node; completes when every endpoint listens, the tester takes requests and the node is
   * a member of its cluster, if it has one.
   *
   * @return fails with {@link StartException} if this machine cannot carry the configuration out,
   *     or the cluster cannot have this node; nothing is left running then
   */
  public static Future<Node> start(NodeConfig config) {
    io.vertx.core.transport.Transport transport;
    try {
      transport = Transports.choose(config.transport());
    } catch (StartException e) {
      return Future.failedFuture(e);
    }
    // of no context: those of a Vert.x that is closed run nothing any more
    Promise<Node> started = Promise.promise();
    (config.mesh().enabled()
            ? Cluster.join(config, transport)
                .map(cluster -> new Node(cluster.vertx(), config, transport.name(), cluster))
            : Future.succeededFuture(
                new Node(
                    VertxFactory.create(transport, config.metrics()),
                    config,
                    transport.name(),
                    null)))
        .onFailure(started::fail)
        .onSuccess(
            node ->
                node.deploy()
                    .onSuccess(deployed -> started.complete(node))
                    .onFailure(
                        cause -> node.vertx.close().onComplete(closed -> started.fail(cause))));
    return started.future();
  }

  private Future<?> deploy() {
    return vertx
        .deployVerticle(echo)
        .compose(id -> vertx.deployVerticle(tester))
        .compose(
            id ->
                vertx.deployVerticle(
                    new HealthMonitor(config.mesh().enabled()),
                    new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)))
        .compose(id -> mesh == null ? Future.succeededFuture(id) : mesh.join())
        .compose(id -> vertx.deployVerticle(new NodeServices(config.name())));
  }

  /** What it was started with. */
  public NodeConfig config() {
    return config;
  }

  /** The transport in use: {@code epoll}, {@code io_uring} or {@code nio}. */
  public String transport() {
    return transport;
  }

  public Vertx vertx() {
    return vertx;
  }

  /**
   * Follows a changed configuration as far as that is possible while running: endpoints and the
   * tester's limits. Connections of endpoints that did not change go on.
   *
   * @return fails with {@link StartException} if an endpoint could not be opened; all else is done
   *     then
   */
  public Future<Void> follow(NodeConfig changed) {
    if (mesh != null) {
      return mesh.follow(changed);
    }
    tester.follow(changed.tester());
    return echo.follow(changed.echo());
  }

  /** Has the tester prove every endpoint, over the event bus and TCP, one after the other. */
  public Future<List<SelfTest.Result>> selfTest() {
    return new SelfTest(vertx, config).run();
  }

  /** Whether it has been asked to end. */
  boolean isClosing() {
    return closing;
  }

  /**
   * Tells its cluster, stops accepting, delivers what is owed until the drain deadline, then leaves
   * the cluster and ends everything.
   */
  public Future<Void> close() {
    closing = true;
    return mesh == null ? vertx.close() : mesh.leaving().eventually(vertx::close);
  }
}
