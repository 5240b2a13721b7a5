package dev.echomesh.tester;

import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.FramePattern;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Connections that live as long as the run. */
final class LoopShare implements Share {
  /** Connection attempts under way at the same time; a listen backlog is commonly 128 or more. */
  private static final int CONNECTING_AT_ONCE = 64;

  private final ProbeLoop loop;
  private final TestRequest request;
  private final FramePattern pattern;
  private final Connector connector;
  private final List<Integer> ids;
  private final LoopResult result;
  private final List<ProbeConnection> connections = new ArrayList<>();

  /** By id, in whose order their frames become due, not that in which they were connected. */
  private final SortedMap<Integer, Load.Due> dues = new TreeMap<>();

  private final Promise<Void> connected = Promise.promise();
  private final Promise<LoopResult> done = Promise.promise();

  private int next;
  private int connecting;
  private int openConnections;
  private boolean abandoned;
  private boolean ended;
  private @Nullable Pacer pacer;
  private @Nullable Ticker ticker;

  /**
   * A share that has not begun.
   *
   * @param ids of the connections, 0 to one less than the run's connections
   */
  LoopShare(RunPlan plan, ProbeLoop loop, List<Integer> ids, LoopResult result) {
    this.loop = loop;
    this.request = plan.request();
    this.pattern = plan.pattern();
    this.ids = ids;
    this.result = result;
    this.connector = plan.connector(loop, result, () -> abandoned);
  }

  @Override
  public ProbeLoop loop() {
    return loop;
  }

  @Override
  public Future<Void> prepare() {
    while (connecting < CONNECTING_AT_ONCE && next < ids.size() && !abandoned) {
      connecting++;
      int id = ids.get(next++);
      connector
          .connect(id, System.nanoTime(), true)
          .onComplete(
              socket -> {
                if (socket.result() != null) {
                  opened(id, socket.result());
                }
                connecting--;
                prepare();
              });
    }
    if (connecting == 0) {
      connected.tryComplete();
    }
    return connected.future();
  }

  @Override
  public Future<LoopResult> start(long startNanos, long measureFromNanos) {
    ticker =
        new Ticker(
            loop,
            request.timeout(),
            result,
            now -> {
              connections.forEach(connection -> connection.tick(now));
              result.sampleKernel();
            });
    openConnections = connections.size();
    connections.forEach(connection -> connection.start(measureFromNanos));
    if (request.mode() == TestMode.RATE && openConnections > 0) {
      List<Load.Due> slots = List.copyOf(dues.values());
      pacer =
          new Pacer(
              loop.timer(),
              request,
              List.copyOf(dues.keySet()),
              result.lag,
              (slot, intended, woken) ->
                  slots.get(slot).add(intended, woken, intended - measureFromNanos >= 0),
              () -> connections.forEach(ProbeConnection::pump),
              () -> connections.forEach(ProbeConnection::stop));
      pacer.start(startNanos, measureFromNanos);
    }
    completeIfDone();
    return done.future();
  }

  @Override
  public void stop() {
    abandoned = true;
    if (pacer != null) {
      pacer.stop();
    } else {
      connections.forEach(ProbeConnection::stop);
    }
  }

  @Override
  public Interval interval() {
    return new Interval(
        connections.stream().mapToLong(ProbeConnection::ok).sum(),
        result.failed + connections.stream().mapToLong(ProbeConnection::notOk).sum(),
        result.takeInterval());
  }

  private void opened(int id, NetSocket socket) {
    result.opened++;
    ProbeConnection connection =
        new ProbeConnection(
            id,
            request,
            pattern,
            load(id),
            ProbeConnection.End.HALF_CLOSE,
            socket,
            result,
            this::closed);
    result.connections.add(connection.kernel());
    connections.add(connection);
  }

  private Load load(int id) {
    if (request.mode() == TestMode.RATE) {
      Load.Due due = new Load.Due(result.blocked);
      dues.put(id, due);
      return due;
    }
    return new Load.Window(request.window(), RunPlan.part(request.count(), id, request));
  }

  private void closed() {
    openConnections--;
    completeIfDone();
  }

  private void completeIfDone() {
    if (openConnections == 0 && !ended && ticker != null) {
      ended = true;
      ticker.stop();
      if (pacer != null) {
        pacer.stop();
      }
      connector.close().onComplete(closed -> done.complete(result));
    }
  }
}
