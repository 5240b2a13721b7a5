package dev.echomesh.tester;

import dev.echomesh.bus.AddressFamily;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeRequest;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.bus.RequestException;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the probes that were asked for, within their quota. Event loop only. */
final class Prober {
  /** A probe that was not sampled for so long is closed: whoever opened it is gone. */
  static final Duration IDLE = Duration.ofMinutes(5);

  private final Context context;
  private final List<ProbeLoop> loops;
  private final Supplier<TesterConfig> config;
  private final Preparation preparation;
  private final TlsContexts contexts;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Opened> probes = new HashMap<>();
  private int nextLoop;

  Prober(
      Vertx vertx, List<ProbeLoop> loops, Supplier<TesterConfig> config, Preparation preparation) {
    this.context = vertx.getOrCreateContext();
    this.loops = loops;
    this.config = config;
    this.preparation = preparation;
    this.contexts = new TlsContexts(new ClientTlsFiles(vertx, TlsContext.Sessions.RESUMED));
  }

  private static final class Opened {
    private final ProbeRequest.Open request;
    private final Probe probe;
    private long usedNanos;
    private boolean busy;
    private @Nullable Found known;

    Opened(ProbeRequest.Open request, Probe probe, long nowNanos) {
      this.request = request;
      this.probe = probe;
      this.usedNanos = nowNanos;
    }
  }

  private record Found(Preparation.Place place, Resolution resolution, Optional<TlsContext> tls) {}

  /**
   * Opens a probe; a name without an address is no reason not to.
   *
   * @return its id; fails with {@link RequestException} if it is not permitted
   */
  Future<String> open(ProbeRequest.Open request, long nowNanos) {
    int most = config.get().maxProbes();
    if (probes.size() >= most) {
      return Future.failedFuture(
          new RequestException(
              Failure.BUSY,
              probes.size() + " probes are open (expected less than tester.maxProbes)"));
    }
    ProbeLoop loop = loops.get(nextLoop++ % loops.size());
    String id = "%016x".formatted(random.nextLong());
    Opened opened = new Opened(request, Probe.of(request, loop, random.nextInt()), nowNanos);
    probes.put(id, opened);
    return find(opened, nowNanos).map(id).onFailure(refused -> probes.remove(id));
  }

  /**
   * Takes a sample.
   *
   * @return never fails for what the target does; fails with {@link RequestException} if there is
   *     no such probe, one is being taken, or the name has come to lead where one may not go
   */
  Future<ProbeSample> sample(ProbeRequest.Sample request, long nowNanos) {
    Opened opened = probes.get(request.probe());
    if (opened == null) {
      return Future.failedFuture(unknown(request.probe()));
    }
    if (opened.busy) {
      return Future.failedFuture(
          new RequestException(Failure.BUSY, "probe: " + request.probe() + " is being sampled"));
    }
    opened.busy = true;
    opened.usedNanos = nowNanos;
    return find(opened, nowNanos)
        .compose(found -> sample(opened, found, request))
        .onComplete(done -> opened.busy = false);
  }

  /** Ends a probe; of a sample under way, frames that were sent are waited for. */
  Future<Void> close(ProbeRequest.Close request) {
    Opened opened = probes.remove(request.probe());
    return opened == null ? Future.failedFuture(unknown(request.probe())) : close(opened);
  }

  /** Closes the probes that nobody samples. */
  Future<Void> expire(long nowNanos) {
    List<String> idle =
        probes.entrySet().stream()
            .filter(e -> !e.getValue().busy)
            .filter(e -> nowNanos - e.getValue().usedNanos >= IDLE.toNanos())
            .map(Map.Entry::getKey)
            .toList();
    return Future.all(idle.stream().map(id -> close(new ProbeRequest.Close(id))).toList())
        .mapEmpty();
  }

  /** Where it leads now. Only the address of a connection that stays is not asked for again. */
  private Future<Found> find(Opened opened, long nowNanos) {
    Found known = opened.known;
    if (known != null && opened.probe.isConnected()) {
      return Future.succeededFuture(known);
    }
    ProbeRequest.Open request = opened.request;
    return preparation
        .find(request.target(), request.tls())
        .compose(
            place ->
                Future.all(
                        preparation.resolve(
                            request.target(), place, AddressFamily.ANY, request.timeout()),
                        contexts.get(place.tls(), nowNanos))
                    .map(both -> new Found(place, both.resultAt(0), both.resultAt(1))))
        .onSuccess(found -> opened.known = found);
  }

  private Future<ProbeSample> sample(Opened opened, Found found, ProbeRequest.Sample request) {
    String problem = found.resolution.problem();
    if (problem != null) {
      return Future.succeededFuture(unresolved(problem));
    }
    Integer length = request.frameLength();
    int frameLength = length == null ? opened.request.frameLength() : length;
    Probe.Peer peer =
        new Probe.Peer(found.place.socket(), found.resolution, found.tls.orElse(null));
    return opened
        .probe
        .loop()
        .callFrom(context, () -> opened.probe.sample(peer, request.frames(), frameLength));
  }

  private static ProbeSample unresolved(String problem) {
    return new ProbeSample(
        new Outcomes(Map.of(Outcome.UNRESOLVED, 1L)), null, null, List.of(), null, problem);
  }

  private static RequestException unknown(String id) {
    return new RequestException(Failure.NOT_FOUND, "probe: " + id + " (expected an open probe)");
  }

  private Future<Void> close(Opened opened) {
    return opened.probe.loop().callFrom(context, opened.probe::close);
  }
}
