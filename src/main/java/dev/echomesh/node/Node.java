package dev.echomesh.node;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.NodeInfo;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.echo.EchoVerticle;
import dev.echomesh.metrics.NodeMetrics;
import dev.echomesh.spec.Version;
import dev.echomesh.tester.TesterVerticle;
import dev.echomesh.web.WebVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running node: echo endpoints and tester on one Vert.x. Methods can be called on any thread. */
public final class Node {
  private final Vertx vertx;
  private final NodeConfig config;
  private final String transport;
  private final EchoVerticle echo;
  private final TesterVerticle tester;
  private final @Nullable NodeMetrics metrics;
  private final @Nullable WebVerticle web;
  private final Instant startedAt = Instant.now();
  private volatile boolean closing;

  private Node(Vertx vertx, NodeConfig config, String transport, @Nullable NodeMetrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.transport = transport;
    this.echo = new EchoVerticle(config.echo());
    this.tester =
        new TesterVerticle(config.tester(), config.name(), transport, config.echo().instances());
    this.metrics = metrics;
    this.web =
        config.web().enabled() ? new WebVerticle(config.web(), config.name(), metrics) : null;
  }

  /**
   * Starts a node; completes when every endpoint listens, the tester takes requests, and so does
   * what is configured beside them.
   *
   * @return fails with {@link StartException} if this machine cannot carry the configuration out;
   *     nothing is left running then
   */
  public static Future<Node> start(NodeConfig config) {
    io.vertx.core.transport.Transport transport;
    NodeMetrics metrics;
    Vertx vertx;
    try {
      transport = Transports.choose(config.transport());
      metrics = config.metrics() ? new NodeMetrics(Version.current(), transport.name()) : null;
      vertx = VertxFactory.create(transport, metrics == null ? null : metrics.registry());
    } catch (StartException e) {
      return Future.failedFuture(e);
    }
    Node node = new Node(vertx, config, transport.name(), metrics);
    // of no context: those of a Vert.x that is closed run nothing any more
    Promise<Node> started = Promise.promise();
    vertx
        .deployVerticle(node.echo)
        .compose(id -> vertx.deployVerticle(node.tester))
        .compose(
            id ->
                vertx.deployVerticle(
                    new HealthMonitor(),
                    new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)))
        .compose(id -> node.show())
        .onSuccess(id -> started.complete(node))
        .onFailure(cause -> vertx.close().onComplete(closed -> started.fail(cause)));
    return started.future();
  }

  /** Deploys what others look at it with. */
  private Future<?> show() {
    vertx.eventBus().localConsumer(Addresses.NODE_INFO, request -> request.reply(info().toJson()));
    Future<?> counting = metrics == null ? Future.succeededFuture() : vertx.deployVerticle(metrics);
    return counting.compose(
        id ->
            web == null
                ? Future.succeededFuture()
                : WebTls.check(vertx, config.web()).compose(right -> vertx.deployVerticle(web)));
  }

  private NodeInfo info() {
    return new NodeInfo(
        config.name(),
        config.zone(),
        config.rack(),
        Version.current(),
        transport,
        System.getProperty("java.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        ProcessHandle.current().pid(),
        startedAt);
  }

  /** Where the console and the API are, {@code http://127.0.0.1:8007/}; null if they are off. */
  public @Nullable String url() {
    return web == null ? null : web.url();
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
   * Follows a changed configuration as far as that is possible while running: endpoints, the
   * tester's limits and TLS files. Connections of endpoints that did not change go on.
   *
   * @return fails with {@link StartException} if an endpoint could not be opened; all else is done
   *     then
   */
  public Future<Void> follow(NodeConfig changed) {
    tester.follow(changed.tester());
    Future<Void> renewed =
        web == null
            ? Future.succeededFuture()
            : WebTls.check(vertx, config.web()).compose(right -> web.renewTls());
    return Future.join(echo.follow(changed.echo()), renewed).mapEmpty();
  }

  /** Has the tester prove every endpoint, over the event bus and TCP, one after the other. */
  public Future<List<SelfTest.Result>> selfTest() {
    return new SelfTest(vertx, config).run();
  }

  /** Whether it has been asked to end. */
  boolean isClosing() {
    return closing;
  }

  /** Stops accepting, delivers what is owed until the drain deadline, then ends everything. */
  public Future<Void> close() {
    closing = true;
    return vertx.close();
  }
}
