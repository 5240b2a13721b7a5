package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeRequest.Open;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.spec.TcpInfo;
import dev.echomesh.wire.FramePattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps one connection for all samples, and makes it again when it has ended. */
final class FramesProbe extends Probe {
  /** Since the last sample: a connection can also end, or say something, between two. */
  private final LoopResult result = new LoopResult();

  private Load.Batches load = new Load.Batches(this::settled);
  private int id;
  private int length;
  private volatile @Nullable ProbeConnection connection;
  private Outcomes told = Outcomes.none();
  private @Nullable KernelWatch kernel;
  private @Nullable Underway underway;
  private @Nullable Promise<Void> closing;
  private boolean abandoned;

  /** A sample being taken. */
  private final class Underway {
    private final Promise<ProbeSample> promise = Promise.promise();
    private final Peer peer;
    private final int frames;
    private final FramePattern pattern;
    private final Ticker ticker;
    private boolean begun;

    Underway(Peer peer, int frames, int frameLength) {
      this.peer = peer;
      this.frames = frames;
      this.pattern = pattern(frameLength);
      this.ticker = ticker(result, FramesProbe.this::tick);
    }
  }

  FramesProbe(Open open, ProbeLoop loop, int run) {
    super(open, loop, run);
  }

  @Override
  boolean isConnected() {
    return connection != null;
  }

  @Override
  Future<ProbeSample> sample(Peer peer, int frames, int frameLength) {
    Underway sample = new Underway(peer, frames, frameLength);
    underway = sample;
    ProbeConnection present = connection;
    if (present == null) {
      connect(sample);
    } else {
      reuse(sample, present);
    }
    return sample.promise.future();
  }

  @Override
  Future<Void> close() {
    abandoned = true;
    ProbeConnection present = connection;
    if (present == null) {
      return Future.succeededFuture();
    }
    Promise<Void> closed = Promise.promise();
    closing = closed;
    Ticker ticker = ticker(result, this::tick);
    present.stop();
    return closed.future().onComplete(done -> ticker.stop());
  }

  private void reuse(Underway sample, ProbeConnection present) {
    if (present.isUp() && length != sample.pattern.length()) {
      length = sample.pattern.length();
      present.use(sample.pattern);
    }
    if (present.isUp()) {
      sample.begun = true;
      load.add(sample.frames);
      present.pump();
    } // else it has ended and is about to be closed; the sample goes on then
  }

  private void connect(Underway sample) {
    id = nextConnection();
    kernel = null;
    RunPlan plan = plan(sample.peer, sample.pattern);
    connect(id, plan, result)
        .onSuccess(
            socket -> {
              sample.begun = true;
              if (socket != null && abandoned) {
                // nobody would end it
                var unused = socket.close();
                result.outcomes = result.outcomes.plus(new Outcomes(Map.of(Outcome.CANCELLED, 1L)));
              }
              if (socket == null || abandoned) {
                finish(sample);
              } else {
                opened(sample, plan, socket);
              }
            });
  }

  private void opened(Underway sample, RunPlan plan, NetSocket socket) {
    load = new Load.Batches(this::settled);
    load.add(sample.frames);
    length = sample.pattern.length();
    ProbeConnection opened =
        new ProbeConnection(
            id,
            plan.request(),
            plan.pattern(),
            load,
            ProbeConnection.End.HALF_CLOSE,
            socket,
            result,
            this::closed);
    connection = opened;
    kernel = opened.kernel();
    opened.start(System.nanoTime());
  }

  private void tick(long nowNanos) {
    ProbeConnection present = connection;
    if (present != null) {
      present.tick(nowNanos);
    }
  }

  private void settled() {
    if (underway != null && underway.begun) {
      finish(underway);
    }
  }

  private void closed() {
    connection = null;
    if (closing != null) {
      closing.tryComplete();
    }
    Underway sample = underway;
    if (sample != null && (sample.begun || abandoned)) {
      finish(sample);
    } else if (sample != null) {
      connect(sample);
    } else {
      result.problem("connection " + id + ": ended between two samples");
    }
  }

  private void finish(Underway sample) {
    underway = null;
    sample.ticker.stop();
    ProbeConnection present = connection;
    Outcomes soFar = present == null ? Outcomes.none() : present.outcomes();
    TcpInfo tcp = kernel == null ? null : kernel.take();
    Outcomes since = minus(result.outcomes.plus(soFar), told);
    sample.promise.complete(sample(result, since, tcp));
    told = soFar;
    result.clear();
  }

  /** What is told of a frame can change from ok to something else; that frame was counted. */
  private static Outcomes minus(Outcomes now, Outcomes before) {
    Map<Outcome, Long> difference = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      difference.put(outcome, Math.max(0, now.count(outcome) - before.count(outcome)));
    }
    return new Outcomes(difference);
  }
}
