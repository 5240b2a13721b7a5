package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import io.vertx.core.Future;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * A new connection for every frame: as many at a time as there are slots, back to back or at a
 * rate. At a rate the clock of a handshake starts when it was due, so waiting for a slot is in it.
 */
final class ConnectShare extends Share {
  private final Set<ProbeConnection> open = new HashSet<>();
  private final Queue<Long> due = new ArrayDeque<>();

  private long left;
  private int busySlots;
  private int nextId;
  private long measureFromNanos;
  private boolean stopped;

  ConnectShare(RunPlan plan, ProbeLoop loop, List<Integer> ids) {
    super(plan, loop, ids);
    this.left =
        request.count() == 0
            ? Long.MAX_VALUE
            : ids.stream().mapToLong(id -> RunPlan.part(request.count(), id, request)).sum();
  }

  @Override
  Future<Void> prepare() {
    return Future.succeededFuture();
  }

  @Override
  void begin(long startNanos, long measureFrom) {
    measureFromNanos = measureFrom;
    if (request.rate() == null) {
      fillSlots();
    } else {
      pace(
          ids,
          startNanos,
          measureFrom,
          (slot, intended, woken) -> due.add(intended),
          this::fillSlots);
    }
  }

  @Override
  void tick(long nowNanos) {
    List.copyOf(open).forEach(connection -> connection.tick(nowNanos));
    giveUpOverdue(nowNanos);
  }

  @Override
  Interval interval() {
    Outcomes outcomes = result.outcomes;
    long ok = outcomes.count(Outcome.OK);
    return new Interval(
        ok, outcomes.frames() + outcomes.failedConnections() - ok, result.takeInterval());
  }

  @Override
  boolean isAbandoned() {
    return stopped;
  }

  @Override
  void abandon() {
    // what is due at a rate is tried all the same
  }

  @Override
  void noMore() {
    stopped = true;
    completeIfDone();
  }

  @Override
  boolean isDone() {
    boolean nothingToCome = stopped || left <= 0;
    return nothingToCome && busySlots == 0 && due.isEmpty();
  }

  private void fillSlots() {
    while (busySlots < ids.size() && hasNext()) {
      busySlots++;
      Long intended = due.poll();
      connect(intended == null ? System.nanoTime() : intended);
    }
  }

  /** What has waited for a slot longer than a peer may take will not be tried any more. */
  private void giveUpOverdue(long nowNanos) {
    long overdue = 0;
    while (!due.isEmpty() && nowNanos - due.element() >= request.timeout().toNanos()) {
      due.remove();
      overdue++;
    }
    if (overdue > 0) {
      result.outcomes = result.outcomes.plus(new Outcomes(Map.of(Outcome.CANCELLED, overdue)));
      result.problem(overdue + " connections were due, but all slots were busy until too late");
      completeIfDone();
    }
  }

  private boolean hasNext() {
    return request.rate() == null ? !stopped && left-- > 0 : !due.isEmpty();
  }

  private void connect(long startNanos) {
    // ids go round the loops, so that no two connections of a run have the same
    int id = ids.get(0) + nextId++ * request.connections();
    boolean measured = startNanos - measureFromNanos >= 0;
    connector
        .connect(id, startNanos, measured)
        .onComplete(
            socket -> {
              if (socket.result() == null) {
                slotIsFree();
              } else {
                opened(id, socket.result());
              }
            });
  }

  private void opened(int id, NetSocket socket) {
    result.opened++;
    ProbeConnection[] self = new ProbeConnection[1];
    ProbeConnection connection =
        new ProbeConnection(
            id,
            request,
            pattern,
            new Load.Window(1, 1),
            request.gracefulClose() ? ProbeConnection.End.HALF_CLOSE : ProbeConnection.End.RESET,
            socket,
            result,
            () -> {
              open.remove(self[0]);
              slotIsFree();
            });
    self[0] = connection;
    open.add(connection);
    if (result.connections.size() < LoopResult.MAX_LISTED) {
      result.connections.add(connection.kernel());
    }
    connection.start(measureFromNanos);
  }

  private void slotIsFree() {
    busySlots--;
    fillSlots();
    completeIfDone();
  }
}
