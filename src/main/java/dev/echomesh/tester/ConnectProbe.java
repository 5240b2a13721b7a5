package dev.echomesh.tester;

import dev.echomesh.bus.ProbeRequest.Open;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.wire.FramePattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;

/**
 * Makes a new connection for every sample and ends it by RST, which leaves no local port in
 * TIME_WAIT (RFC 9293 §3.6); the kernel gives each a source port of its own.
 */
final class ConnectProbe implements Probe {
  private final Open open;
  private final ProbeLoop loop;
  private final int run;
  private int connections;

  ConnectProbe(Open open, ProbeLoop loop, int run) {
    this.open = open;
    this.loop = loop;
    this.run = run;
  }

  @Override
  public ProbeLoop loop() {
    return loop;
  }

  @Override
  public boolean isConnected() {
    return false;
  }

  @Override
  public Future<ProbeSample> sample(Peer peer, int frames, int frameLength) {
    int id = connections++;
    LoopResult result = new LoopResult();
    FramePattern pattern = new FramePattern(0, run, frameLength);
    RunPlan plan = Probe.plan(open, peer, pattern);
    return plan.connector(loop, result, () -> false)
        .connect(id, System.nanoTime(), true)
        .compose(
            socket ->
                socket == null
                    ? Future.succeededFuture(Probe.sample(result, result.outcomes, null))
                    : exchange(id, plan, socket, frames, result));
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }

  private Future<ProbeSample> exchange(
      int id, RunPlan plan, NetSocket socket, int frames, LoopResult result) {
    Promise<Void> closed = Promise.promise();
    ProbeConnection connection =
        new ProbeConnection(
            id,
            plan.request(),
            plan.pattern(),
            new Load.Window(1, frames),
            ProbeConnection.End.RESET,
            socket,
            result,
            closed::complete);
    Ticker ticker = new Ticker(loop, open.timeout(), result, connection::tick);
    connection.start(System.nanoTime());
    return closed
        .future()
        .map(
            done -> {
              ticker.stop();
              return Probe.sample(result, result.outcomes, connection.kernel().take());
            });
  }
}
