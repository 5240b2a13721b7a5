package dev.echomesh.node;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Health;
import dev.echomesh.bus.HealthStatus;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.Members;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the event loops and the endpoints, and says how the node is. To be deployed as a worker:
 * it has to answer while event loops are blocked.
 */
final class HealthMonitor extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

  private static final long LOOK_MILLIS = 1000;
  private static final long BLOCKED_MILLIS = 2000;

  /**
   * How long a room may take to answer while every event loop runs: longer than one may be blocked
   * before it counts, so that a loop is named where one is to blame, and a machine that is merely
   * slow does not make a node out of order; shorter than those wait who ask, as the readiness probe
   * in conf/kubernetes.
   */
  private static final long ANSWER_MILLIS = 4000;

  /** The same while a loop is known to be blocked, which is then bad news enough. */
  private static final long BLOCKED_ANSWER_MILLIS = 1000;

  private final Set<String> blocked = ConcurrentHashMap.newKeySet();
  private final AtomicLong blocks = new AtomicLong();
  private final boolean clustered;
  private ScheduledExecutorService looking;

  HealthMonitor(boolean clustered) {
    this.clustered = clustered;
  }

  @Override
  public Future<?> start() {
    List<EventExecutor> loops = new ArrayList<>();
    ((VertxInternal) vertx).nettyEventLoopGroup().forEach(loops::add);
    LoopWatch watch =
        new LoopWatch(
            loops,
            TimeUnit.MILLISECONDS.toNanos(BLOCKED_MILLIS),
            TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS),
            System.nanoTime());
    looking =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "echomesh-health");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        looking.scheduleWithFixedDelay(
            () -> watch.look(System.nanoTime()).forEach(this::changed),
            LOOK_MILLIS,
            LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
    return vertx.eventBus().<Object>localConsumer(Addresses.NODE_HEALTH, this::answer).completion();
  }

  @Override
  public Future<?> stop() {
    looking.shutdownNow();
    return Future.succeededFuture();
  }

  private void answer(Message<Object> request) {
    Future<Health.Check> endpoints =
        check("endpoints", Addresses.ECHO_ENDPOINTS, HealthMonitor::endpoints, "no endpoints");
    Future<Health.Check> cluster =
        clustered
            ? check(
                "cluster",
                Addresses.MESH_MEMBERS,
                HealthMonitor::cluster,
                "not a member of the cluster")
            : Future.succeededFuture();
    Future.join(endpoints, cluster)
        .onSuccess(
            all -> {
              List<Health.Check> checks = new ArrayList<>(List.of(loops(), endpoints.result()));
              if (clustered) {
                checks.add(cluster.result());
              }
              request.reply(Health.of(checks).toJson());
            });
  }

  /**
   * Asks a room of this node. The deadline is kept by a thread of its own, because the bus would
   * keep it on an event loop, and that may be the one that is blocked.
   *
   * @param nobody what is wrong if nothing takes the question
   */
  private Future<Health.Check> check(
      String name, String address, Function<JsonObject, Health.Check> judge, String nobody) {
    long millis = blocked.isEmpty() ? ANSWER_MILLIS : BLOCKED_ANSWER_MILLIS;
    Promise<Health.Check> checked = Promise.promise();
    ScheduledFuture<?> late =
        looking.schedule(
            () -> checked.tryComplete(down(name, "no answer within " + millis + " ms")),
            millis,
            TimeUnit.MILLISECONDS);
    vertx
        .eventBus()
        .<JsonObject>request(address, null, new DeliveryOptions().setLocalOnly(true))
        .map(reply -> judge.apply(reply.body()))
        .otherwise(cause -> down(name, isNobody(cause) ? nobody : "no answer: " + cause))
        .onSuccess(checked::tryComplete)
        .onComplete(answered -> late.cancel(false));
    return checked.future();
  }

  private static boolean isNobody(Throwable cause) {
    return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private static Health.Check down(String name, String detail) {
    return new Health.Check(name, HealthStatus.DOWN, detail);
  }

  /** A first node is alone for good reason, so that is not an ill. */
  private static Health.Check cluster(JsonObject reply) {
    List<Member> members = Members.fromJson(reply).members();
    return new Health.Check(
        "cluster",
        HealthStatus.OK,
        members.size() == 1
            ? "no other member"
            : members.size()
                + " members: "
                + members.stream().map(Member::name).collect(Collectors.joining(", ")));
  }

  private Health.Check loops() {
    Set<String> now = new TreeSet<>(blocked);
    return now.isEmpty()
        ? new Health.Check(
            "event-loops", HealthStatus.OK, "none is blocked, " + blocks + " times one was")
        : new Health.Check(
            "event-loops", HealthStatus.DEGRADED, "blocked: " + String.join(", ", now));
  }

  private static Health.Check endpoints(JsonObject reply) {
    List<String> faults = new ArrayList<>();
    int count = 0;
    for (Object json : reply.getJsonArray("endpoints")) {
      EndpointInfo endpoint = EndpointInfo.fromJson((JsonObject) json);
      count++;
      if (!endpoint.accepting()) {
        faults.add("endpoint " + endpoint.name() + " cannot accept connections");
      }
    }
    return faults.isEmpty()
        ? new Health.Check("endpoints", HealthStatus.OK, count + " open")
        : new Health.Check("endpoints", HealthStatus.DEGRADED, String.join(", ", faults));
  }

  private void changed(LoopWatch.Change change) {
    if (change.blocked()) {
      blocked.add(change.thread());
      blocks.incrementAndGet();
      LOG.warn(
          "event loop {} has been blocked for {} ms{}",
          change.thread(),
          BLOCKED_MILLIS,
          change.where().isEmpty() ? "" : " in " + change.where());
    } else {
      blocked.remove(change.thread());
      LOG.info("event loop {} runs again", change.thread());
    }
  }
}
