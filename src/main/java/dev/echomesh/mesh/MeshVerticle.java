package dev.echomesh.mesh;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.MeshGossip;
import dev.echomesh.bus.MeshPathDetail;
import dev.echomesh.bus.MeshSample;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.bus.RequestException;
import dev.echomesh.config.ProbeConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Probes this node's share of the mesh, and tells the matrix of all of it. */
public final class MeshVerticle extends VerticleBase implements Prober.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(MeshVerticle.class);
  private static final DeliveryOptions GOSSIP = new DeliveryOptions().setSendTimeout(2000);
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);
  private static final Duration PUBLISH = Duration.ofSeconds(1);

  private final MeshSettings settings;
  private final Members alone;
  private final Deaf deaf = new Deaf();
  private MeshState state;
  private Prober prober;
  private Alarm teller;
  private Alarm publisher;
  private Alarm beater;
  private long publishedAt;

  /**
   * A mesh of one, until members are told.
   *
   * @param alone this node by itself, for when there is no cluster
   */
  public MeshVerticle(MeshSettings settings, Members alone) {
    this.settings = settings;
    this.alone = alone;
  }

  @Override
  public Future<?> start() {
    state =
        new MeshState(
            alone.self(), settings.cluster(), settings.probing(), System.currentTimeMillis());
    prober =
        new Prober(
            vertx,
            new ProbeBudget(settings.probing().maxProbes(), settings.probing().maxBytes()),
            new SplittableRandom()::nextDouble,
            System::nanoTime,
            this);
    teller = new Alarm(vertx, () -> state.gossip().peers().forEach(this::tell));
    publisher = new Alarm(vertx, this::publish);
    beater = new Alarm(vertx, this::beat);
    publishedAt = System.nanoTime() - PUBLISH.toNanos();
    state.follow(settings.targets(), Instant.now(), System.nanoTime());
    var bus = vertx.eventBus();
    bus.<JsonObject>localConsumer(Addresses.MESH_MATRIX, this::matrix);
    bus.<JsonObject>localConsumer(
        Addresses.MESH_MEMBERS_CHANGES, message -> follow(Members.fromJson(message.body())));
    Future<Void> registered =
        Future.all(
                bus.<Object>consumer(Addresses.meshPath(alone.self()), this::path).completion(),
                bus.<Object>consumer(Addresses.meshGossip(alone.self()), this::hear).completion())
            .mapEmpty();
    return registered
        .compose(done -> bus.<JsonObject>request(Addresses.MESH_MEMBERS, null, LOCAL))
        .map(reply -> Members.fromJson(reply.body()))
        .otherwise(
            cause -> {
              LOG.debug("no cluster", cause);
              return alone;
            })
        .onSuccess(
            members -> {
              follow(members);
              beat();
            });
  }

  @Override
  public Future<?> stop() {
    prober.stop();
    teller.cancel();
    publisher.cancel();
    beater.cancel();
    return Future.succeededFuture();
  }

  /** Probes these targets beside the nodes from now on. On any thread. */
  public void follow(List<ProbeConfig> targets) {
    context.runOnContext(
        none -> {
          state.follow(targets, Instant.now(), System.nanoTime());
          arranged();
        });
  }

  @Override
  public void sampled(String to, Look look, Duration lag, ProbeSample sample) {
    MeshSample told = new MeshSample(to, state.zone(to), lag.toNanos() / 1000, sample);
    vertx.eventBus().publish(Addresses.MESH_SAMPLES, told.toJson(), LOCAL);
    boolean changed = state.sampled(to, look, sample, Instant.now(), System.nanoTime());
    prober.suspect(to, state.isSuspect(to));
    news(changed);
  }

  @Override
  public void slowed(boolean isSlowed) {
    state.slowed(isSlowed);
    LOG.info(
        isSlowed
            ? "short of CPU: probes leave late, so there will be fewer"
            : "probes leave on time again");
    news(true);
  }

  private void follow(Members members) {
    state.follow(members, Instant.now(), System.nanoTime());
    deaf.retain(members.members().stream().map(Member::name).toList());
    arranged();
  }

  private void arranged() {
    prober.follow(state.probed());
    news(true);
  }

  private void beat() {
    boolean changed = state.beat(Instant.now(), System.nanoTime());
    if (changed) {
      prober.follow(state.probed());
    }
    news(changed);
    beater.in(Rates.beat(state.size()));
  }

  /** Something is to be told to peers and to whoever watches the matrix; soon if it is a change. */
  private void news(boolean isChange) {
    teller.in(isChange ? Rates.TELL_CHANGE : Rates.TELL);
    long free = publishedAt + PUBLISH.toNanos() - System.nanoTime();
    Duration wait = isChange ? Rates.TELL_CHANGE : Rates.refresh(state.size());
    publisher.in(free > wait.toNanos() ? Duration.ofNanos(free) : wait);
  }

  private void tell(String peer) {
    MeshGossip gossip = state.gossip().next(peer, Rates.MOST_TOLD);
    if (gossip == null) {
      return;
    }
    vertx
        .eventBus()
        .<JsonObject>request(Addresses.meshGossip(peer), gossip.toJson(), GOSSIP)
        .onSuccess(
            reply -> {
              state.gossip().heard(peer, gossip, MeshGossip.Heard.fromJson(reply.body()));
              if (deaf.heard(peer)) {
                LOG.info("member {} takes messages again", peer);
              }
            })
        .onFailure(
            cause -> {
              state.gossip().unheard(peer);
              if (deaf.unheard(peer, System.nanoTime())) {
                LOG.warn(
                    "member {} is in the cluster and takes no messages: its mesh.busPort has to be"
                        + " open to this node, and this node's to it ({})",
                    peer,
                    String.valueOf(cause.getMessage()));
              }
            });
  }

  private void hear(Message<Object> message) {
    try {
      MeshGossip gossip = MeshGossip.fromJson(RequestException.object(message.body()));
      message.reply(state.gossip().hear(gossip, System.nanoTime()).toJson());
      news(MeshState.hasNews(gossip));
    } catch (RuntimeException e) {
      refuse(message, e);
    }
  }

  private void matrix(Message<JsonObject> message) {
    message.reply(state.matrix(Instant.now(), System.nanoTime()).toJson());
  }

  private void path(Message<Object> message) {
    try {
      String to = String.valueOf(RequestException.object(message.body()).getValue("to"));
      MeshPathDetail detail = state.detail(to, System.nanoTime());
      if (detail == null) {
        throw new RequestException(
            Failure.NOT_FOUND,
            "to: %s (expected a target that %s probes)".formatted(to, alone.self()));
      }
      message.reply(detail.toJson());
    } catch (RequestException e) {
      refuse(message, e);
    }
  }

  private void publish() {
    publishedAt = System.nanoTime();
    JsonObject matrix = state.matrix(Instant.now(), publishedAt).toJson();
    vertx.eventBus().publish(Addresses.MESH_CHANGES, matrix, LOCAL);
    Duration settling = state.settling(publishedAt);
    if (settling != null) {
      publisher.in(settling);
    }
  }

  private static void refuse(Message<?> message, RuntimeException cause) {
    if (cause instanceof RequestException refused) {
      message.fail(refused.failure().code(), refused.getMessage());
    } else {
      LOG.warn("a message of the mesh could not be read: {}", cause.toString());
      message.fail(Failure.INVALID_REQUEST.code(), String.valueOf(cause.getMessage()));
    }
  }
}
