package dev.echomesh.tester;

import dev.echomesh.bus.ProbeRequest.Open;
import dev.echomesh.bus.ProbeSample;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;

/**
 * Makes a new connection for every sample and ends it by RST, which leaves no local port in
 * TIME_WAIT (RFC 9293 §3.6); the kernel gives each a source port of its own.
 */
final class ConnectProbe extends Probe {
  ConnectProbe(Open open, ProbeLoop loop, int run) {
    super(open, loop, run);
  }

  @Override
  boolean isConnected() {
    return false;
  }

  @Override
  Future<ProbeSample> sample(Peer peer, int frames, int frameLength) {
    int id = nextConnection();
    LoopResult result = new LoopResult();
    RunPlan plan = plan(peer, pattern(frameLength));
    return connect(id, plan, result)
        .compose(
            socket ->
                socket == null
                    ? Future.succeededFuture(sample(result, result.outcomes, null))
                    : exchange(id, plan, socket, frames, result));
  }

  @Override
  Future<Void> close() {
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
    Ticker ticker = ticker(result, connection::tick);
    connection.start(System.nanoTime());
    return closed
        .future()
        .map(
            done -> {
              ticker.stop();
              return sample(result, result.outcomes, connection.kernel().take());
            });
  }
}
