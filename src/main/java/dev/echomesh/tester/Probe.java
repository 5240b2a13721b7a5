package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeRequest.Open;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.TcpInfo;
import dev.echomesh.wire.FramePattern;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A probe that is sampled again and again. On its loop only, but for {@link #isConnected}. */
abstract sealed class Probe permits FramesProbe, ConnectProbe {
  private final Open open;
  private final ProbeLoop loop;
  private final int run;
  private int connections;

  Probe(Open open, ProbeLoop loop, int run) {
    this.open = open;
    this.loop = loop;
    this.run = run;
  }

  /** Where to connect if that is needed. */
  record Peer(SocketTarget socket, Resolution resolution, @Nullable TlsContext tls) {}

  /** The probe that was asked for; its connections live on the loop. */
  static Probe of(Open open, ProbeLoop loop, int run) {
    return switch (open.kind()) {
      case FRAMES -> new FramesProbe(open, loop, run);
      case CONNECT -> new ConnectProbe(open, loop, run);
    };
  }

  final ProbeLoop loop() {
    return loop;
  }

  /** Whether the next sample can probably do without a new connection. Any thread. */
  abstract boolean isConnected();

  /**
   * Takes a sample; never fails for what the target does. One at a time.
   *
   * @param frames 0 or more
   * @param frameLength bytes
   */
  abstract Future<ProbeSample> sample(Peer peer, int frames, int frameLength);

  /** Ends its connection, if there is one. */
  abstract Future<Void> close();

  /** Frames of this probe. */
  final FramePattern pattern(int frameLength) {
    return new FramePattern(0, run, frameLength);
  }

  /** What a run with the same frames would be. */
  final RunPlan plan(Peer peer, FramePattern pattern) {
    TestRequest request =
        TestRequest.fromJson(
            new JsonObject()
                .put("target", peer.socket().toString())
                .put("timeout", Durations.print(open.timeout())));
    return new RunPlan(request, pattern, peer.resolution(), peer.tls());
  }

  /** The number of a connection that is to be made; they count from 0. */
  final int nextConnection() {
    return connections++;
  }

  /** As {@link Connector#connect}, measured from now. */
  final Future<@Nullable NetSocket> connect(int id, RunPlan plan, LoopResult result) {
    return plan.connector(loop, result, () -> false).connect(id, System.nanoTime(), true);
  }

  /** Looks for what is overdue until it is stopped. */
  final Ticker ticker(LoopResult result, LongConsumer tick) {
    return new Ticker(loop, open.timeout(), result, tick);
  }

  /** The sample that was taken. */
  static ProbeSample sample(LoopResult result, Outcomes outcomes, @Nullable TcpInfo tcp) {
    List<Long> connect = result.connect.few();
    List<Long> tls = result.tls.few();
    return new ProbeSample(
        outcomes,
        connect.isEmpty() ? null : connect.get(0),
        tls.isEmpty() ? null : tls.get(0),
        result.rtt.few(),
        tcp,
        problem(result, outcomes));
  }

  private static @Nullable String problem(LoopResult result, Outcomes outcomes) {
    if (!result.problems.isEmpty()) {
      return result.problems.get(0);
    }
    boolean allWell = Set.of(Outcome.OK).containsAll(outcomes.counts().keySet());
    return allWell ? null : Verdict.reasons(outcomes, false).get(0);
  }
}
