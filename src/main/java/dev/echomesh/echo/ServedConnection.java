package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.TcpSocket;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection from its acceptance to its end, whatever is answered; and what its listener
 * wants of it. Event loop only.
 */
abstract sealed class ServedConnection implements SocketListener
    permits EchoConnection, FaultyConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ServedConnection.class);

  /**
   * Bytes of memory kept for a client above which it is not read from. What one more read can add
   * is bounded by the socket's receive buffer, so that it stays below 256 KiB.
   */
  static final long HIGH_WATER = 64 * 1024;

  /** Down to which it is not read from again. */
  static final long LOW_WATER = 32 * 1024;

  final Endpoint endpoint;

  /** The endpoint's when the client came. */
  final EndpointConfig config;

  final TcpSocket socket;
  final ConnectionCounters counters;

  private final Consumer<ServedConnection> left;
  private final IdleWatch idle;
  private boolean paused;
  private boolean draining;

  /**
   * Takes over a client that was just accepted. It is counted as accepted at once, or over TLS when
   * that is agreed on.
   *
   * @param left told when it is gone
   */
  ServedConnection(
      Endpoint endpoint,
      NetSocket accepted,
      Handshakes handshakes,
      Consumer<ServedConnection> left) {
    this.endpoint = endpoint;
    this.config = endpoint.config();
    this.left = left;
    this.idle = new IdleWatch(config.idleTimeout());
    TlsContext tls = endpoint.tls();
    if (tls == null) {
      endpoint.counters().accepted.increment();
    }
    this.socket =
        tls == null ? TcpSocket.attach(accepted, this) : handshakes.begin(accepted, this, tls);
    if (!config.idleTimeout().isZero() || !config.stallTimeout().isZero()) {
      socket.watchSlowPeer();
    }
    this.counters = endpoint.log().begin(port(), socket.remoteAddress());
  }

  /** See {@link TcpSocket#leaveVertx}. */
  final void leaveVertx(Runnable portClosed) {
    socket.leaveVertx(portClosed);
  }

  /** Ends as soon as the client has what it is owed; what comes in after that is not answered. */
  final void drain() {
    draining = true;
    if (socket.lacksTls()) {
      socket.reset();
    }
    endIfDrained();
  }

  /** To be called whenever nothing may be owed any more. */
  final void endIfDrained() {
    if (draining && !paused && socket.isDrained()) {
      endAnswers();
    }
  }

  /**
   * While draining, when all that was written went out: ends this side's half, unless something is
   * still to be written or the client's end has settled that already.
   */
  abstract void endAnswers();

  /** Ends now for want of an end of its own, whatever is owed or still in the kernel's buffer. */
  final void cutAtDeadline() {
    if (!socket.isClosed()) {
      tell(ClientLog.Event.LATE, "had not ended at the drain deadline");
      socket.reset();
    }
  }

  /** Whether no byte has moved either way for the idle timeout, as far as calls of this tell. */
  boolean isIdle(long nowNanos) {
    return idle.isIdle(socket.bytesReceived() + socket.bytesSent(), socket.queuedBytes(), nowNanos);
  }

  /** Ends for want of traffic: orderly if nothing is owed, else at once. */
  abstract void endIdle();

  /** For how long the client has taken nothing of what is kept for it, as far as calls tell. */
  abstract long stalledNanos(long nowNanos);

  /**
   * Resets a client that takes nothing: after the endpoint's stall timeout, and sooner while the
   * node keeps too much. Reads on from one that waits only for the node to keep less.
   */
  abstract void endIfStalled(long nowNanos);

  /** Resets a client that has ended before it came to its part of the TLS handshake, if it has. */
  final boolean endedInHandshake() {
    boolean inHandshake = socket.lacksTls() && socket.handshakeHasBegun();
    if (inHandshake) {
      endpoint.counters().reject(Rejection.TLS);
      socket.reset();
    }
    return inHandshake;
  }

  /** Ends by a defect of ours, which is counted and logged. */
  final void failed(Throwable defect) {
    socket.defect(defect);
  }

  /** Whether the client is not read from, because too much is kept for it. */
  final boolean isPaused() {
    return paused;
  }

  final void pause() {
    paused = true;
    socket.pauseReading();
  }

  final void resume() {
    paused = false;
    socket.resumeReading();
  }

  @Override
  public void secured() {
    endpoint.counters().accepted.increment();
  }

  @Override
  public void closed(@Nullable Throwable cause) {
    try {
      count();
      if (cause != null) {
        endpoint.failedIfOurFault(socket.remoteAddress(), cause);
      }
      if (cause != null && socket.lacksTls()) {
        endpoint.counters().reject(Rejection.TLS);
        LOG.debug(
            "endpoint {}: client {}: no TLS: {}", config.name(), socket.remoteAddress(), cause);
      }
      settle(cause);
      endpoint.log().end(port(), socket.remoteAddress(), counters);
    } finally {
      left.accept(this);
    }
  }

  /** The connection is gone: gives up, counts and tells what is still owed. */
  abstract void settle(@Nullable Throwable cause);

  /** Counts what has moved since the last call. */
  final void count() {
    endpoint.counters().count(counters, socket.bytesReceived(), socket.bytesSent());
  }

  final void tell(ClientLog.Event event, String what, Object... values) {
    endpoint.clientLog().tell(event, socket.remoteAddress(), what, values);
  }

  private int port() {
    return socket.localAddress().getPort();
  }
}
