package dev.echomesh.mesh;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.config.MeshConfig;
import dev.echomesh.config.MeshTls;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.mesh.engine.MeshClusterManager;
import dev.echomesh.spec.Version;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes this node a member of its cluster, and tells the other rooms who else is one. */
public final class MembershipVerticle extends VerticleBase {
  /** Name of the endpoint that only members may use. */
  public static final String ENDPOINT = "mesh";

  private static final Logger LOG = LoggerFactory.getLogger(MembershipVerticle.class);
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
  private static final long LOOK_MILLIS = 2000;
  private static final long ALIVE_MILLIS = 1000;

  /** How long the name of a member that does not answer may stay taken. */
  private static final int PREDECESSOR_SECONDS = 20;

  private final MeshClusterManager engine;
  private final NodeConfig config;
  private final MeshConfig mesh;
  private final Set<String> complainedOf = new HashSet<>();
  private final Announcements announcements = new Announcements();
  private OpenRequests open;
  private Member self;
  private Members current;

  /** A member that has joined with its engine, but not announced itself. */
  public MembershipVerticle(MeshClusterManager engine, NodeConfig config) {
    this.engine = engine;
    this.config = config;
    this.mesh = config.mesh();
    this.self = self(mesh.probePort());
    this.current = new Members(config.name(), List.of(self), tls(mesh.tls()));
  }

  /** Fails with {@link StartException} if the cluster cannot have this node. */
  @Override
  public Future<?> start() {
    open = OpenRequests.of(vertx);
    return vertx
        .eventBus()
        .<JsonObject>request(Addresses.ECHO_ENDPOINTS, null, HERE)
        .compose(
            reply -> {
              self = self(probePort(reply.body()));
              return enter(PREDECESSOR_SECONDS);
            })
        .compose(entered -> engine.announce(self.toJson()))
        .compose(announced -> engine.announcements())
        .compose(this::confirm)
        .onSuccess(
            others -> {
              LOG.info("member of cluster {}: {}", mesh.cluster(), names(others));
              vertx
                  .eventBus()
                  .localConsumer(
                      Addresses.MESH_MEMBERS, request -> request.reply(current.toJson()));
              publish(others);
              engine.onChange(() -> context.runOnContext(v -> look()));
              vertx.setPeriodic(LOOK_MILLIS, id -> look());
            });
  }

  /** Tells the others that this node drains. Any thread. */
  public Future<Void> leaving() {
    Promise<Void> told = Promise.promise();
    context.runOnContext(
        v -> {
          self = self.with(MemberState.LEAVING, now());
          engine.announce(self.toJson()).onComplete(told);
        });
    return told.future();
  }

  private static int probePort(JsonObject endpoints) {
    return endpoints.getJsonArray("endpoints").stream()
        .map(json -> EndpointInfo.fromJson((JsonObject) json))
        .filter(endpoint -> endpoint.name().equals(ENDPOINT))
        .findFirst()
        .orElseThrow()
        .port();
  }

  private Member self(int probePort) {
    return new Member(
        config.name(),
        config.zone(),
        config.rack(),
        mesh.publicHost(),
        probePort,
        Version.current(),
        Member.PROTOCOL,
        MemberState.UP,
        now());
  }

  private static @Nullable ClientTls tls(@Nullable MeshTls tls) {
    return tls == null
        ? null
        : new ClientTls(
            tls.caFile().toString(), tls.certFile().toString(), tls.keyFile().toString(), false);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Makes sure that the cluster can have this node. A member of its name that does not answer is
   * taken for an earlier life of it, whose end the others have not noticed yet.
   */
  private Future<Void> enter(int attempts) {
    return engine
        .announcements()
        .compose(
            announced -> {
              Membership others = Membership.of(announced);
              StartException refusal = others.refusal(mesh.cluster(), self.name()).orElse(null);
              if (refusal == null) {
                return Future.succeededFuture();
              }
              if (!others.strangers().isEmpty() || attempts == 0) {
                return Future.failedFuture(refusal);
              }
              return isAlive()
                  .compose(
                      alive ->
                          alive
                              ? Future.failedFuture(refusal)
                              : vertx
                                  .timer(1, TimeUnit.SECONDS)
                                  .compose(waited -> enter(attempts - 1)));
            });
  }

  private Future<Boolean> isAlive() {
    return vertx
        .eventBus()
        .<JsonObject>request(
            Addresses.ofNode(self.name(), Addresses.NODE_HEALTH),
            null,
            new DeliveryOptions().setSendTimeout(ALIVE_MILLIS))
        .map(reply -> true)
        .otherwise(false);
  }

  /** Two of one name may have come at the same time. */
  private Future<Members> confirm(Map<String, @Nullable JsonObject> announced) {
    Membership seen = Membership.of(announcements.take(announced));
    return seen.namesakes().containsKey(engine.getNodeId())
        ? Future.failedFuture(seen.refusal(mesh.cluster(), self.name()).orElseThrow())
        : Future.succeededFuture(members(seen));
  }

  private void look() {
    engine
        .announcements()
        .onSuccess(
            announced -> {
              Membership seen = Membership.of(announcements.take(announced));
              complain(seen);
              Members changed = members(seen);
              if (!changed.equals(current)) {
                tell(changed);
                publish(changed);
              }
            })
        .onFailure(cause -> LOG.debug("members cannot be read", cause));
  }

  /** As seen, this node always among them. */
  private Members members(Membership seen) {
    List<Member> all =
        Stream.concat(
                seen.members().stream().filter(member -> !member.name().equals(self.name())),
                Stream.of(self))
            .sorted(Comparator.comparing(Member::name))
            .toList();
    return new Members(self.name(), all, current.tls());
  }

  private void publish(Members changed) {
    current = changed;
    open.follow(changed);
    vertx.eventBus().publish(Addresses.MESH_MEMBERS_CHANGES, changed.toJson(), HERE);
  }

  private void tell(Members changed) {
    for (Member member : changed.members()) {
      if (member.name().equals(self.name())) {
        continue;
      }
      Member before = current.find(member.name()).orElse(null);
      if (before == null) {
        LOG.info("member {} at {} has joined", member.name(), member.host());
      } else if (before.state() != member.state()) {
        LOG.info("member {} is {}", member.name(), member.state().key());
      }
    }
    for (Member member : current.members()) {
      if (changed.find(member.name()).isEmpty()) {
        LOG.info(
            "member {} at {} {}",
            member.name(),
            member.host(),
            member.state() == MemberState.LEAVING ? "has left" : "is gone");
      }
    }
  }

  private void complain(Membership seen) {
    seen.strangers()
        .forEach(
            (id, other) -> {
              if (complainedOf.add(id)) {
                LOG.warn(
                    "{} at {} (Echomesh {}) is left out: it speaks protocol {}, this node {}",
                    other.name(),
                    other.host(),
                    other.version(),
                    other.protocol(),
                    Member.PROTOCOL);
              }
            });
    seen.namesakes()
        .forEach(
            (id, other) -> {
              if (complainedOf.add(id)) {
                LOG.error(
                    "{} at {} is left out: another member has its node.name; rename and restart one",
                    other.name(),
                    other.host());
              }
            });
  }

  private static String names(Members members) {
    return members.members().stream().map(Member::name).collect(Collectors.joining(", "));
  }
}
