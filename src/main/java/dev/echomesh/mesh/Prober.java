package dev.echomesh.mesh;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.ProbeKind;
import dev.echomesh.bus.ProbeRequest;
import dev.echomesh.bus.ProbeSample;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the tester of this node probe paths when they are due. To be used on one event loop. */
final class Prober {
  private static final Logger LOG = LoggerFactory.getLogger(Prober.class);

  /** Beyond what a connection and a frame may take: then it was this machine that was late. */
  private static final Duration LATE = Duration.ofMillis(500);

  private final Vertx vertx;
  private final Listener listener;
  private final LongSupplier clock;
  private final ProbeSchedule<String> schedule;
  private final Slowdown slowdown = new Slowdown();
  private final Map<String, Path> paths = new HashMap<>();
  private final Alarm timer;
  private boolean stopped;

  /** Who wants to know. */
  interface Listener {
    /** What a probe told that left so long after it was due. */
    void sampled(String to, Look look, Duration lag, ProbeSample sample);

    /** Whether probing is slower than it should be, for want of CPU, has changed. */
    void slowed(boolean isSlowed);
  }

  Prober(
      Vertx vertx,
      ProbeBudget budget,
      DoubleSupplier random,
      LongSupplier clock,
      Listener listener) {
    this.vertx = vertx;
    this.listener = listener;
    this.clock = clock;
    this.timer = new Alarm(vertx, this::fire);
    this.schedule = new ProbeSchedule<>(budget, random);
  }

  private static final class Path {
    private final Probed probed;
    private final Map<ProbeKind, String> probes = new EnumMap<>(ProbeKind.class);
    private final Set<ProbeKind> underWay = EnumSet.noneOf(ProbeKind.class);
    private final Turns turns;
    private @Nullable String complaint;

    Path(Probed probed) {
      this.probed = probed;
      this.turns = new Turns(probed.looks());
    }
  }

  /** Probes exactly these from now on. */
  void follow(Collection<Probed> wanted) {
    Map<String, Probed> byName = new HashMap<>();
    wanted.forEach(each -> byName.put(each.to(), each));
    paths
        .values()
        .removeIf(
            path -> {
              boolean gone = !path.probed.equals(byName.get(path.probed.to()));
              if (gone) {
                close(path);
                schedule.forget(path.probed.to());
              }
              return gone;
            });
    wanted.forEach(each -> paths.computeIfAbsent(each.to(), to -> new Path(each)));
    schedule.follow(
        wanted.stream()
            .map(
                e ->
                    new ProbeSchedule.Path<>(
                        e.to(), e.every().toNanos(), e.late().toNanos(), e.bytes()))
            .toList(),
        clock.getAsLong());
    arm();
  }

  /** Says whether a path is suspect, and so is to be probed sooner and in every way. */
  void suspect(String to, boolean isSuspect) {
    schedule.hasten(to, isSuspect);
    Path path = paths.get(to);
    if (path != null) {
      path.turns.suspect(isSuspect);
    }
  }

  /** Stops probing. Connections end with the tester. */
  void stop() {
    stopped = true;
    timer.cancel();
  }

  private void arm() {
    Long due = schedule.nextDue();
    if (due != null && !stopped) {
      timer.in(Duration.ofNanos(Math.max(0, due - clock.getAsLong() + 999_999)));
    }
  }

  private void fire() {
    long now = clock.getAsLong();
    Long due = schedule.nextDue();
    String to = schedule.next(now);
    if (to != null && due != null) {
      boolean wasSlowed = slowdown.factor() > 1;
      if (slowdown.add(now - due)) {
        schedule.slow(slowdown.factor());
        boolean isSlowed = slowdown.factor() > 1;
        if (isSlowed != wasSlowed) {
          listener.slowed(isSlowed);
        }
      }
      Path path = paths.get(to);
      if (path != null) {
        probe(path, now, Duration.ofNanos(now - due));
      }
    }
    arm();
  }

  private void probe(Path path, long begun, Duration lag) {
    Probed probed = path.probed;
    Look look = path.turns.next(path.underWay);
    path.underWay.add(look.kind());
    sample(path, look)
        .onComplete(
            sample -> {
              long now = clock.getAsLong();
              if (paths.get(probed.to()) == path && !stopped) {
                long longest = probed.timeout().multipliedBy(2).plus(LATE).toNanos();
                if (now - begun <= longest) {
                  listener.sampled(probed.to(), look, lag, sample);
                }
                path.complaint = null;
              }
              done(path, look, now);
            },
            failure -> {
              complain(path, failure);
              done(path, look, clock.getAsLong());
            });
  }

  private void done(Path path, Look look, long now) {
    path.underWay.remove(look.kind());
    if (paths.get(path.probed.to()) == path) {
      schedule.done(path.probed.to(), now);
      arm();
    }
  }

  private Future<ProbeSample> sample(Path path, Look look) {
    Probed probed = path.probed;
    return open(path, look.kind())
        .compose(
            id ->
                ask(
                    new ProbeRequest.Sample(id, probed.frames(look), probed.frameLength(look)),
                    probed.timeout()))
        .map(ProbeSample::fromJson);
  }

  private Future<String> open(Path path, ProbeKind kind) {
    String id = path.probes.get(kind);
    if (id != null) {
      return Future.succeededFuture(id);
    }
    Probed probed = path.probed;
    return ask(
            new ProbeRequest.Open(
                probed.target(), kind, probed.frameLength(), probed.timeout(), probed.tls()),
            probed.timeout())
        .map(
            reply -> {
              String opened = reply.getString("probe");
              path.probes.put(kind, opened);
              if (paths.get(probed.to()) != path) {
                close(path);
              }
              return opened;
            });
  }

  private void close(Path path) {
    path.probes
        .values()
        .forEach(
            id ->
                ask(new ProbeRequest.Close(id), path.probed.timeout())
                    .onFailure(cause -> LOG.debug("probe {} was gone", id, cause)));
    path.probes.clear();
  }

  private Future<JsonObject> ask(ProbeRequest request, Duration timeout) {
    long patience = timeout.multipliedBy(2).plusSeconds(5).toMillis();
    return vertx
        .eventBus()
        .<JsonObject>request(
            Addresses.TESTER_PROBE,
            request.toJson(),
            new DeliveryOptions().setLocalOnly(true).setSendTimeout(patience))
        .map(reply -> reply.body());
  }

  /** The tester does not probe it: that tells nothing of the path. Said once. */
  private void complain(Path path, Throwable failure) {
    if (failure instanceof ReplyException reply
        && reply.failureCode() == Failure.NOT_FOUND.code()) {
      path.probes.clear();
      return;
    }
    if (failure instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      LOG.debug("the tester of this node has ended, and the node is about to");
      return;
    }
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT) {
      // what is still being sampled cannot be sampled again
      close(path);
      message = "the tester of this node did not answer in time";
    }
    if (!stopped && !message.equals(path.complaint)) {
      path.complaint = message;
      LOG.warn("{} cannot be probed: {}", path.probed.to(), message);
    }
  }
}
