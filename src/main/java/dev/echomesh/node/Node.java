package dev.echomesh.node;

import dev.echomesh.bridge.Bridge;
import dev.echomesh.bus.EchoClient;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.TestClient;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.echo.EchoVerticle;
import dev.echomesh.mesh.MeshSettings;
import dev.echomesh.mesh.MeshVerticle;
import dev.echomesh.mesh.NodeServices;
import dev.echomesh.mesh.RunsVerticle;
import dev.echomesh.metrics.NodeMetrics;
import dev.echomesh.script.ScriptsVerticle;
import dev.echomesh.spec.Version;
import dev.echomesh.tester.TesterVerticle;
import dev.echomesh.web.WebVerticle;
import io.micrometer.core.instrument.MeterRegistry;
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
  private final Hosting hosting;
  private final Vertx vertx;
  private final NodeConfig config;
  private final EchoVerticle echo;
  private final TesterVerticle tester;
  private final Bridge bridge;
  private final @Nullable NodeMetrics metrics;
  private final @Nullable WebVerticle web;
  private final @Nullable MeshNode mesh;
  private final MeshVerticle prober;
  private final ScriptsVerticle scripts;
  private volatile boolean closing;

  private Node(
      Hosting hosting,
      NodeConfig config,
      @Nullable NodeMetrics metrics,
      @Nullable Cluster cluster) {
    this.hosting = hosting;
    this.vertx = hosting.vertx();
    this.config = config;
    this.bridge = new Bridge(config.bridge());
    MeshAccess alone = MeshAccess.alone(config.mesh());
    this.echo = new EchoVerticle(cluster == null ? config.echo() : alone.echo(config));
    this.tester =
        new TesterVerticle(
            cluster == null ? config.tester() : alone.tester(config.tester()),
            config.name(),
            hosting.transport(),
            config.echo().instances());
    this.mesh = cluster == null ? null : new MeshNode(cluster, config, echo, tester);
    String name = config.mesh().enabled() ? config.mesh().cluster() : config.name();
    this.prober =
        new MeshVerticle(new MeshSettings(name, config.probing(), config.probes()), alone(config));
    this.scripts = new ScriptsVerticle(config.verticles());
    this.metrics = metrics;
    this.web =
        config.web().enabled() ? new WebVerticle(config.web(), config.name(), metrics) : null;
  }

  /**
   * Starts a node; completes when every endpoint listens, the tester takes requests, and so does
   * what is configured beside them, and the node is a member of its cluster, if it has one.
   *
   * @return fails with {@link StartException} if this machine cannot carry the configuration out,
   *     or the cluster cannot have this node; nothing is left running then
   */
  public static Future<Node> start(NodeConfig config) {
    NodeMetrics metrics = config.metrics() ? new NodeMetrics() : null;
    MeterRegistry registry = metrics == null ? null : metrics.registry();
    try {
      if (!config.mesh().enabled()) {
        return start(new Node(Hosting.own(config, registry), config, metrics, null));
      }
      io.vertx.core.transport.Transport transport = Transports.choose(config.transport());
      return Cluster.join(config, transport, registry)
          .compose(
              cluster ->
                  start(
                      new Node(
                          new Hosting.Own(cluster.vertx(), transport.name()),
                          config,
                          metrics,
                          cluster)));
    } catch (StartException e) {
      return Future.failedFuture(e);
    }
  }

  /** As {@link #start(NodeConfig)}, on a Vert.x that goes on when the node is closed. */
  static Future<Node> start(NodeConfig config, Vertx vertx) {
    try {
      if (config.mesh().enabled()) {
        throw new StartException(
            "mesh.enabled: true (expected false on a Vert.x that is not the node's own)");
      }
      NodeMetrics metrics = config.metrics() ? new NodeMetrics() : null;
      return start(new Node(Hosting.guest(config, vertx), config, metrics, null));
    } catch (StartException e) {
      return Future.failedFuture(e);
    }
  }

  private static Future<Node> start(Node node) {
    // of no context: those of a Vert.x that is closed run nothing any more
    Promise<Node> started = Promise.promise();
    node.deploy()
        .onSuccess(id -> started.complete(node))
        .onFailure(cause -> node.hosting.end().onComplete(ended -> started.fail(cause)));
    return started.future();
  }

  private Future<?> deploy() {
    DeploymentOptions usual = new DeploymentOptions();
    return hosting
        .deploy(echo, usual)
        .compose(id -> hosting.deploy(tester, usual))
        .compose(id -> hosting.deploy(new RunsVerticle(), usual))
        .compose(
            id ->
                hosting.deploy(
                    new HealthMonitor(config.mesh().enabled()),
                    new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)))
        .compose(id -> mesh == null ? Future.succeededFuture(id) : mesh.join())
        .compose(id -> hosting.deploy(prober, usual))
        .compose(id -> hosting.deploy(new NodeServices(config.name()), usual))
        .compose(id -> hosting.deploy(bridge, usual))
        .compose(id -> show());
  }

  /** A mesh of one, for a node without a cluster. */
  private static Members alone(NodeConfig config) {
    return new Members(
        config.name(),
        List.of(
            new Member(
                config.name(),
                config.zone(),
                config.rack(),
                "",
                0,
                Version.current(),
                Member.PROTOCOL,
                MemberState.UP,
                Instant.now())),
        null);
  }

  /** Deploys what others look at it with, and what is theirs. */
  private Future<?> show() {
    DeploymentOptions usual = new DeploymentOptions();
    return hosting
        .deploy(new Introduction(config, hosting.transport()), usual)
        .compose(id -> metrics == null ? Future.succeededFuture() : hosting.deploy(metrics, usual))
        .compose(
            id ->
                web == null
                    ? Future.succeededFuture()
                    : WebTls.check(vertx, config.web())
                        .compose(right -> hosting.deploy(web, usual)))
        .compose(id -> hosting.deploy(scripts, usual));
  }

  /** Where the console and the API are, {@code http://127.0.0.1:8007/}; null if they are off. */
  public @Nullable String url() {
    return web == null ? null : web.url();
  }

  /** What it was started with. */
  public NodeConfig config() {
    return config;
  }

  /** The real port of the bridge for other languages; 0 if it is off. */
  public int bridgePort() {
    return bridge.port();
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
   * Follows a changed configuration as far as that is possible while running: endpoints, the
   * bridge, verticles, the tester's limits and TLS files. Connections of endpoints that did not
   * change go on.
   *
   * @return fails with {@link StartException} if an endpoint could not be opened; all else is done
   *     then
   */
  public Future<Void> follow(NodeConfig changed) {
    prober.follow(changed.probes());
    Future<Void> followed;
    if (mesh == null) {
      tester.follow(changed.tester());
      followed = echo.follow(changed.echo());
    } else {
      followed = mesh.follow(changed);
    }
    Future<Void> renewed =
        web == null
            ? Future.succeededFuture()
            : WebTls.check(vertx, config.web()).compose(right -> web.renewTls());
    return Future.join(
            followed, bridge.follow(changed.bridge()), scripts.follow(changed.verticles()), renewed)
        .mapEmpty();
  }

  /** Has the tester prove every endpoint, over the event bus and TCP, one after the other. */
  public Future<List<SelfTest.Result>> selfTest() {
    return new SelfTest(vertx, config).run();
  }

  /** Whether it has been asked to end. */
  public boolean isClosing() {
    return closing;
  }

  /**
   * Tells its cluster, stops accepting, delivers what is owed until the drain deadline, then leaves
   * the cluster and ends everything that the node has begun. Completes when that is done; closing
   * again changes nothing.
   */
  public Future<Void> close() {
    closing = true;
    Future<Void> told = tester.end();
    return (mesh == null ? told : told.eventually(mesh::leaving)).eventually(hosting::end);
  }
}
