package dev.echomesh.mesh.engine;

import dev.echomesh.config.MeshConfig;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.infinispan.manager.DefaultCacheManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x's manager for Infinispan, which forgets what a partition took: this one sees to it that
 * its own node information and consumers are known to the cluster, whatever happened. It also lets
 * a node announce something about itself, and fails requests to a node that is no member at once.
 * Thread-safe.
 */
public final class MeshClusterManager extends InfinispanClusterManager {
  private static final Logger LOG = LoggerFactory.getLogger(MeshClusterManager.class);

  private final DefaultCacheManager caches;
  private final Function<String, ReplyException> notMember;
  private final ClusterTables tables = new Tables();
  private final Registrations registrations = new Registrations();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Upkeep upkeep;
  private volatile @Nullable PresentOnly bus;
  private volatile @Nullable Vertx vertx;
  private volatile @Nullable NodeInfo own;

  private MeshClusterManager(DefaultCacheManager caches, int failureCode) {
    super(caches);
    this.caches = caches;
    this.notMember =
        id ->
            new ReplyException(
                ReplyFailure.RECIPIENT_FAILURE, failureCode, "the node is not a member any more");
  }

  /**
   * A manager that has not joined.
   *
   * @param nodeName the beginning of this member's identity
   * @param tls of both ends of every connection; null for plain text
   * @param nodeDown the failure code of a request to a node that is not a member any more
   * @throws dev.echomesh.config.StartException if the stack file cannot be used
   */
  public static MeshClusterManager create(
      MeshConfig mesh, String nodeName, @Nullable SSLContext tls, int nodeDown) {
    ClusterLog.install();
    byte[] life = new byte[4];
    new SecureRandom().nextBytes(life);
    // the same name in another life is another member
    String identity = nodeName + "-" + HexFormat.of().formatHex(life);
    return new MeshClusterManager(CacheManagers.create(mesh, identity, tls), nodeDown);
  }

  /** Ends what has been begun, where the node did not get as far as to leave. */
  public void abandon() {
    caches.stop();
  }

  /** Told, on threads of the engine, that members or what they announce may have changed. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Tells all members something about this node, in place of what it told before. */
  public Future<Void> announce(JsonObject announcement) {
    NodeInfo now = Objects.requireNonNull(own, "not joined");
    Promise<Void> done = Promise.promise();
    setNodeInfo(new NodeInfo(now.host(), now.port(), announcement), done);
    return done.future();
  }

  /** What each present member has announced, by its identity; null where it has nothing yet. */
  public Future<Map<String, @Nullable JsonObject>> announcements() {
    Map<String, @Nullable JsonObject> found = new LinkedHashMap<>();
    Future<Void> read = Future.succeededFuture();
    for (String id : getNodes()) {
      read =
          read.compose(
              before ->
                  tables
                      .info(id)
                      .map(NodeInfo::metadata)
                      .otherwise((JsonObject) null)
                      .onSuccess(metadata -> found.put(id, metadata))
                      .mapEmpty());
    }
    return read.map(all -> found);
  }

  @Override
  public void init(Vertx vertx) {
    this.vertx = vertx;
    super.init(vertx);
  }

  @Override
  public void join(Completable<Void> promise) {
    Vertx joining = Objects.requireNonNull(vertx);
    blocking(joining, caches::start)
        .compose(
            started -> {
              Promise<Void> joined = Promise.promise();
              super.join(joined);
              return joined.future();
            })
        .onSuccess(joined -> keepUp(joining))
        .onComplete(promise);
  }

  private void keepUp(Vertx joined) {
    upkeep = Upkeep.begin(joined, this, caches, () -> listeners.forEach(Runnable::run));
  }

  @Override
  public void leave(Completable<Void> promise) {
    Vertx leaving = Objects.requireNonNull(vertx);
    Upkeep ending = upkeep;
    if (ending != null) {
      ending.end();
    }
    Promise<Void> left = Promise.promise();
    super.leave(left);
    left.future().eventually(() -> blocking(leaving, caches::stop)).onComplete(promise);
  }

  private static Future<Void> blocking(Vertx vertx, Runnable work) {
    return vertx.executeBlocking(
        () -> {
          work.run();
          return null;
        },
        false);
  }

  /** Vert.x's manager would ask Infinispan's transport, which Infinispan 15 keeps to itself. */
  @Override
  public List<String> getNodes() {
    return CacheManagers.members(caches);
  }

  /** Asked for only where the bus has no host of its own; nobody else knows one. */
  @Override
  public @Nullable String clusterHost() {
    return null;
  }

  @Override
  public @Nullable String clusterPublicHost() {
    return null;
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
    own = info;
    tables.tell(info).recover(this::later).onComplete(promise);
  }

  /** A member that is silent keeps nobody else from going on. */
  private Future<Void> later(Throwable cause) {
    Upkeep telling = upkeep;
    if (telling == null) {
      return Future.failedFuture(cause);
    }
    LOG.debug("to be told again", cause);
    telling.doubt();
    return Future.succeededFuture();
  }

  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
    if (getNodes().contains(nodeId)) {
      super.getNodeInfo(nodeId, promise);
    } else {
      promise.fail(notMember.apply(nodeId));
    }
  }

  @Override
  public synchronized void registrationListener(RegistrationListener listener) {
    PresentOnly filtered = new PresentOnly(listener, this::getNodes);
    bus = filtered;
    super.registrationListener(filtered);
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    PresentOnly present = Objects.requireNonNull(bus);
    tables.consumers(address).map(present::of).onComplete(promise);
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    registrations.add(address, registration);
    tables.add(address, registration).recover(this::later).onComplete(promise);
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> promise) {
    registrations.remove(address, registration);
    super.removeRegistration(address, registration, promise);
  }

  /**
   * Tells the cluster again what it does not know of this node.
   *
   * @param blindly whatever this node's own tables say: where partitions merge, one that stood
   *     still for a while keeps what the others have forgotten
   */
  Future<Void> repair(boolean blindly) {
    NodeInfo mine = own;
    if (mine == null) {
      return Future.succeededFuture();
    }
    Repair repair = new Repair(tables, registrations);
    return blindly ? repair.everything(mine) : repair.missing(getNodeId(), mine);
  }

  /** Has the event bus look up anew where consumers are: members have come or gone. */
  void lookUpAnew() {
    PresentOnly listening = bus;
    if (listening != null) {
      listening.registrationsLost();
    }
  }

  /** Takes out of the cluster's tables what belongs to nodes that are no members any more. */
  Future<Void> purge() {
    return new Purge(
            Objects.requireNonNull(vertx),
            caches,
            this::getNodes,
            tables::consumers,
            tables::remove)
        .run();
  }

  /** The tables as Vert.x's manager keeps them. */
  private final class Tables implements ClusterTables {
    @Override
    public Future<NodeInfo> info(String nodeId) {
      Promise<NodeInfo> info = Promise.promise();
      MeshClusterManager.super.getNodeInfo(nodeId, info);
      return info.future();
    }

    @Override
    public Future<Void> tell(NodeInfo info) {
      Promise<Void> told = Promise.promise();
      MeshClusterManager.super.setNodeInfo(info, told);
      return told.future();
    }

    @Override
    public Future<List<RegistrationInfo>> consumers(String address) {
      Promise<List<RegistrationInfo>> known = Promise.promise();
      MeshClusterManager.super.getRegistrations(address, known);
      return known.future();
    }

    @Override
    public Future<Void> add(String address, RegistrationInfo registration) {
      Promise<Void> added = Promise.promise();
      MeshClusterManager.super.addRegistration(address, registration, added);
      return added.future();
    }

    @Override
    public Future<Void> remove(String address, RegistrationInfo registration) {
      Promise<Void> removed = Promise.promise();
      MeshClusterManager.super.removeRegistration(address, registration, removed);
      return removed.future();
    }
  }
}
