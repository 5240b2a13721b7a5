package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.EndpointMode;
import dev.echomesh.wire.Chunk;
import dev.echomesh.wire.PeerEnd;
import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.TcpSocket;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One served client: echoes with back-pressure until the client has ended and has everything. Event
 * loop only.
 */
final class EchoConnection implements SocketListener, ServedConnection {
  private static final Logger LOG = LoggerFactory.getLogger(EchoConnection.class);

  /**
   * Memory of unsent echoes above which a client is not read from. What one more read can add to it
   * is bounded by the socket's receive buffer, so a connection stays below 256 KiB.
   */
  private static final long HIGH_WATER = 64 * 1024;

  private static final long LOW_WATER = 32 * 1024;

  /** How long a client may take nothing while the node keeps too much. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Endpoint endpoint;
  private final Consumer<ServedConnection> left;
  private final EndpointConfig config;
  private final TcpSocket socket;
  private final Answer answer;
  private final ConnectionCounters counters;
  private final IdleWatch idle;

  private final StallWatch stallWatch = new StallWatch();

  private boolean paused;
  private boolean peerEnded;
  private boolean draining;
  private boolean outputEnded;

  /** Ended from this side, for a reason that has been counted. */
  private boolean ended;

  private long kept;

  EchoConnection(
      Endpoint endpoint,
      NetSocket accepted,
      Handshakes handshakes,
      Consumer<ServedConnection> left) {
    this.endpoint = endpoint;
    this.left = left;
    this.config = endpoint.config();
    this.idle = new IdleWatch(config.idleTimeout());
    TlsContext tls = endpoint.tls();
    if (tls == null) {
      endpoint.counters().accepted.increment();
    }
    this.socket =
        tls == null ? TcpSocket.attach(accepted, this) : handshakes.begin(accepted, this, tls);
    this.answer =
        config.mode() == EndpointMode.FRAMED
            ? Answer.records(socket, config.frameLength(), config.timestamps())
            : Answer.bytes(socket);
    this.counters = endpoint.log().begin(port(), socket.remoteAddress());
  }

  @Override
  public void leaveVertx(Runnable portClosed) {
    socket.leaveVertx(portClosed);
  }

  @Override
  public void drain() {
    draining = true;
    if (socket.lacksTls()) {
      socket.reset();
    }
    endIfDrained();
  }

  @Override
  public void cutAtDeadline() {
    if (!socket.isClosed()) {
      tell(ClientLog.Event.LATE, "had not ended at the drain deadline");
      socket.reset();
    }
  }

  @Override
  public long stalledNanos(long nowNanos) {
    return stallWatch.stalledNanos(
        whatIsKept(), socket.bytesSent(), socket.queuedBytes(), nowNanos);
  }

  @Override
  public void endIfStalled(long nowNanos) {
    if (ended) {
      return;
    }
    long stalled = stalledNanos(nowNanos);
    long timeout = config.stallTimeout().toNanos();
    if (whatIsKept() == StallWatch.Kept.ECHOES && timeout > 0 && stalled >= timeout) {
      end(Ending.STALLED, "took nothing of what it was owed for", stalled);
    } else if (stalled >= PATIENCE_NANOS && endpoint.limits().keepsTooMuch()) {
      end(Ending.MAX_BUFFERED, "was reset at echo.maxBuffered, it took nothing for", stalled);
    } else {
      resumeIfPossible();
    }
  }

  private StallWatch.Kept whatIsKept() {
    if (!socket.isDrained()) {
      return StallWatch.Kept.ECHOES;
    }
    return answer.withheld() > 0 ? StallWatch.Kept.RECORD : StallWatch.Kept.NOTHING;
  }

  private void end(Ending reason, String what, long stalledNanos) {
    ended = true;
    endpoint.counters().end(reason);
    tell(
        reason == Ending.STALLED ? ClientLog.Event.STALLED : ClientLog.Event.MAX_BUFFERED,
        what + " {} ms",
        TimeUnit.NANOSECONDS.toMillis(stalledNanos));
    socket.reset();
    // what is kept is free once the socket is closed, which can take until the loop's next turn;
    // the next connection to be looked at shall not suffer for it
    keep(0);
  }

  @Override
  public void failed(Throwable defect) {
    socket.defect(defect);
  }

  @Override
  public void endIdle() {
    ended = true;
    tell(ClientLog.Event.IDLE, "was idle");
    endpoint.counters().end(Ending.IDLE);
    if (socket.isDrained()) {
      socket.close();
    } else {
      socket.reset();
    }
  }

  @Override
  public boolean isIdle(long nowNanos) {
    return !ended && idle.isIdle(socket.bytesReceived() + socket.bytesSent(), nowNanos);
  }

  @Override
  public boolean readsSparingly() {
    return endpoint.limits().keepsTooMuch();
  }

  @Override
  public void secured() {
    endpoint.counters().accepted.increment();
  }

  @Override
  public void received(Chunk chunk) {
    if (outputEnded) {
      chunk.release();
      return;
    }
    answer.to(chunk);
    boolean tooMuch = endpoint.limits().keepsTooMuch();
    boolean stuck = socket.unsentMemory() >= (tooMuch ? 1 : HIGH_WATER) && !socket.flush();
    if (stuck || (tooMuch && answer.withheld() > 0)) {
      paused = true;
      socket.pauseReading();
    }
  }

  @Override
  public void receivedBatch() {
    if (!outputEnded) {
      socket.flush();
      endIfDrained();
    }
    count();
  }

  @Override
  public void drained() {
    count();
    resumeIfPossible();
    endIfDrained();
  }

  private void resumeIfPossible() {
    boolean waits = answer.withheld() > 0 && endpoint.limits().keepsTooMuch();
    if (paused && socket.unsentMemory() <= LOW_WATER && !waits) {
      paused = false;
      socket.resumeReading();
    }
  }

  @Override
  public void peerEnded(PeerEnd end) {
    peerEnded = true;
    counters.tcp(socket.tcpInfo());
    if (end == PeerEnd.TRUNCATED) {
      tell(ClientLog.Event.TRUNCATED, "ended without close_notify, its data may be truncated");
    }
    if (end == PeerEnd.TRUNCATED || answer.withheld() > 0) {
      truncated();
    }
    socket.close();
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    try {
      settle(cause);
    } finally {
      keep(0);
      left.accept(this);
    }
  }

  private void settle(@Nullable Throwable cause) {
    count();
    if (cause != null) {
      endpoint.failedIfOurFault(socket.remoteAddress(), cause);
    }
    if (socket.lacksTls() && cause != null) {
      endpoint.counters().reject(Rejection.TLS);
      LOG.debug("endpoint {}: client {}: no TLS: {}", config.name(), socket.remoteAddress(), cause);
    }
    if (!peerEnded && cause != null && answer.withheld() > 0) {
      truncated();
    }
    long owed = socket.bytesReceived() - answer.withheld() - socket.bytesSent();
    if (owed > 0) {
      endpoint.counters().cut.add(owed);
      tell(
          ClientLog.Event.CUT,
          "was cut, {} of {} bytes that it sent were not echoed{}",
          owed,
          socket.bytesReceived(),
          cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")");
    }
    endpoint.log().end(port(), socket.remoteAddress(), counters);
  }

  private int port() {
    return socket.localAddress().getPort();
  }

  private void truncated() {
    endpoint.counters().truncated.increment();
    if (answer.withheld() > 0) {
      tell(
          ClientLog.Event.WITHHELD,
          "ended inside a record, {} of {} bytes of it came",
          answer.withheld(),
          config.frameLength());
    }
  }

  private void tell(ClientLog.Event event, String what, Object... values) {
    endpoint.clientLog().tell(event, socket.remoteAddress(), what, values);
  }

  private void endIfDrained() {
    if (draining && !peerEnded && !outputEnded && !paused && socket.isDrained()) {
      outputEnded = true;
      // the half-close lets the client take the rest in; closing now with bytes of its unread would
      // send RST
      socket.endOutput();
    }
  }

  private void count() {
    endpoint.counters().count(counters, socket.bytesReceived(), socket.bytesSent());
    if (!socket.isClosed()) {
      // what a record is gathered in grows by doubling
      keep(socket.unsentMemory() + 2L * answer.withheld());
    }
  }

  private void keep(long bytes) {
    if (bytes != kept) {
      endpoint.limits().keep(bytes - kept);
      kept = bytes;
    }
  }
}
