package dev.echomesh.node;

import dev.echomesh.bus.EchoClient;
import dev.echomesh.bus.TestClient;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.echo.EchoVerticle;
import dev.echomesh.mesh.RunsVerticle;
import dev.echomesh.tester.TesterVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;

/** A running node: echo endpoints and tester on one Vert.x. Methods can be called on any thread. */
public final class Node {
  private final Hosting hosting;
  private final Vertx vertx;
  private final NodeConfig config;
  private final EchoVerticle echo;
  private final TesterVerticle tester;
  private volatile boolean closing;

  private Node(Hosting hosting, NodeConfig config) {
    this.hosting = hosting;
    this.vertx = hosting.vertx();
    this.config = config;
    this.echo = new EchoVerticle(config.echo());
    this.tester =
        new TesterVerticle(
            config.tester(), config.name(), hosting.transport(), config.echo().instances());
  }

  /**
   * Starts a node; completes when every endpoint listens and the tester takes requests.
   *
   * @return fails with {@link StartException} if this machine cannot carry the configuration out;
   *     nothing is left running then
   */
  public static Future<Node> start(NodeConfig config) {
    return start(config, () -> Hosting.own(config));
  }

  /** As {@link #start(NodeConfig)}, on a Vert.x that goes on when the node is closed. */
  static Future<Node> start(NodeConfig config, Vertx vertx) {
    return start(config, () -> Hosting.guest(config, vertx));
  }

  private static Future<Node> start(NodeConfig config, Supplier<Hosting> host) {
    Hosting hosting;
    try {
      hosting = host.get();
    } catch (StartException e) {
      return Future.failedFuture(e);
    }
    Node node = new Node(hosting, config);
    // of no context: those of a Vert.x that is closed run nothing any more
    Promise<Node> started = Promise.promise();
    hosting
        .deploy(node.echo, new DeploymentOptions())
        .compose(id -> hosting.deploy(node.tester, new DeploymentOptions()))
        .compose(id -> hosting.deploy(new RunsVerticle(), new DeploymentOptions()))
        .compose(
            id ->
                hosting.deploy(
                    new HealthMonitor(),
                    new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)))
        .onSuccess(id -> started.complete(node))
        .onFailure(cause -> hosting.end().onComplete(ended -> started.fail(cause)));
    return started.future();
  }

  /** What it was started with. */
  public NodeConfig config() {
    return config;
  }

  /** The transport in use: {@code epoll}, {@code io_uring} or {@code nio}. */
  public String transport() {
    return hosting.transport();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Asks and switches its endpoints. */
  public EchoClient echo() {
    return new EchoClient(vertx);
  }

  /** Has its tester run tests and checks. */
  public TestClient tester() {
    return new TestClient(vertx);
  }

  /**
   * Follows a changed configuration as far as that is possible while running: endpoints and the
   * tester's limits. Connections of endpoints that did not change go on.
   *
   * @return fails with {@link StartException} if an endpoint could not be opened; all else is done
   *     then
   */
  public Future<Void> follow(NodeConfig changed) {
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
   * Stops accepting, delivers what is owed until the drain deadline, then ends everything that the
   * node has begun. Completes when that is done; closing again changes nothing.
   */
  public Future<Void> close() {
    closing = true;
    return hosting.end();
  }
}
