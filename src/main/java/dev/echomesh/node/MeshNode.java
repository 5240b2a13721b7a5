package dev.echomesh.node;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Members;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.echo.EchoVerticle;
import dev.echomesh.mesh.MembershipVerticle;
import dev.echomesh.tester.TesterVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes endpoints and tester of a node follow both its configuration and the members of its
 * cluster. Any thread.
 */
final class MeshNode {
  private static final Logger LOG = LoggerFactory.getLogger(MeshNode.class);
  private static final long LEAVE_SECONDS = 2;

  private final Vertx vertx;
  private final EchoVerticle echo;
  private final TesterVerticle tester;
  private final MembershipVerticle membership;
  private NodeConfig config;
  private MeshAccess access;

  /** Of all members there have been: a lost one has to be probed to know what became of it. */
  private MeshAccess testable;

  MeshNode(Cluster cluster, NodeConfig config, EchoVerticle echo, TesterVerticle tester) {
    this.vertx = cluster.vertx();
    this.echo = echo;
    this.tester = tester;
    this.membership = new MembershipVerticle(cluster.engine(), config);
    this.config = config;
    this.access = MeshAccess.alone(config.mesh());
    this.testable = access;
  }

  /** Fails with {@link dev.echomesh.config.StartException} if the cluster cannot have the node. */
  Future<String> join() {
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            Addresses.MESH_MEMBERS_CHANGES, changed -> follow(Members.fromJson(changed.body())));
    return vertx.deployVerticle(membership);
  }

  Future<Void> follow(NodeConfig changed) {
    synchronized (this) {
      config = changed;
    }
    return follow();
  }

  private void follow(Members members) {
    vertx
        .executeBlocking(() -> MeshAccess.of(members).and(MeshAccess.alone(config().mesh())))
        .compose(
            permitted -> {
              synchronized (this) {
                if (permitted.equals(access)) {
                  return Future.succeededFuture();
                }
                access = permitted;
                testable = testable.and(permitted);
              }
              return follow();
            })
        .onFailure(cause -> LOG.error("endpoint mesh: {}", cause.getMessage()));
  }

  private synchronized Future<Void> follow() {
    tester.follow(testable.tester(config.tester()));
    return echo.follow(access.echo(config));
  }

  private synchronized NodeConfig config() {
    return config;
  }

  /** Tells the other members; completes in any case, and soon. */
  Future<Void> leaving() {
    return membership.leaving().timeout(LEAVE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
  }
}
