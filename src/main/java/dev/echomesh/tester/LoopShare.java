package dev.echomesh.tester;

import dev.echomesh.bus.TestMode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Connections that live as long as the run. */
final class LoopShare extends Share {
  /** Connection attempts under way at the same time; a listen backlog is commonly 128 or more. */
  private static final int CONNECTING_AT_ONCE = 64;

  private final List<ProbeConnection> connections = new ArrayList<>();

  /** By id, in whose order their frames become due, not that in which they were connected. */
  private final SortedMap<Integer, Load.Due> dues = new TreeMap<>();

  private final Promise<Void> connected = Promise.promise();

  private int next;
  private int connecting;
  private int openConnections;
  private boolean abandoned;

  LoopShare(RunPlan plan, ProbeLoop loop, List<Integer> ids) {
    super(plan, loop, ids);
  }

  @Override
  Future<Void> prepare() {
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
  void begin(long startNanos, long measureFromNanos) {
    openConnections = connections.size();
    if (request.mode() == TestMode.RATE && openConnections > 0) {
      List<Load.Due> slots = List.copyOf(dues.values());
      pace(
          List.copyOf(dues.keySet()),
          startNanos,
          measureFromNanos,
          (slot, intended, woken) ->
              slots.get(slot).add(intended, woken, intended - measureFromNanos >= 0),
          () -> connections.forEach(ProbeConnection::pump));
    }
    connections.forEach(connection -> connection.start(measureFromNanos));
  }

  @Override
  void tick(long nowNanos) {
    connections.forEach(connection -> connection.tick(nowNanos));
    result.sampleKernel();
  }

  @Override
  Interval interval() {
    return new Interval(
        connections.stream().mapToLong(ProbeConnection::ok).sum(),
        result.failed + connections.stream().mapToLong(ProbeConnection::notOk).sum(),
        result.takeInterval());
  }

  @Override
  boolean isAbandoned() {
    return abandoned;
  }

  @Override
  void abandon() {
    abandoned = true;
  }

  @Override
  void noMore() {
    connections.forEach(ProbeConnection::stop);
  }

  @Override
  boolean isDone() {
    return openConnections == 0;
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
}
