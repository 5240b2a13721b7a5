package dev.echomesh.echo;

import dev.echomesh.wire.AcceptGuard;
import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.TcpSocket;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The TLS handshakes that are under way on one event loop. Each keeps some 30 KB of heap for a
 * client that has sent a few hundred bytes, so there are no more than a number of them: then the
 * port accepts nobody until some are through, or have kept us waiting for longer than an honest
 * client does and had to go, the oldest first. Event loop only.
 */
final class Handshakes {
  /** At the same time, but for those that are accepted before the port is told. */
  static final int MOST = 500;

  /** Down to which nobody is accepted. */
  private static final int FEW = MOST * 3 / 4;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** What every client may take to begin, whoever waits; most do so with the connection. */
  private static final Duration GRACE_TO_BEGIN = Duration.ofMillis(500);

  /** What it may take for its next turn: round trips, and arithmetic of its own. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final long LOOK_MILLIS = 50;

  private final Vertx vertx;
  private final EndpointCounters counters;
  private final Executor tasks;
  private final Set<TcpSocket> underWay = new LinkedHashSet<>();
  private final Laggards<TcpSocket> laggards = new Laggards<>();
  private boolean crowded;

  /**
   * None is under way.
   *
   * @param tasks does the arithmetic
   */
  Handshakes(Vertx vertx, EndpointCounters counters, Executor tasks) {
    this.vertx = vertx;
    this.counters = counters;
    this.tasks = tasks;
  }

  /** Takes over a socket that was just accepted and whose client shall begin with TLS. */
  TcpSocket begin(NetSocket accepted, SocketListener listener, TlsContext tls) {
    TcpSocket socket = TcpSocket.attachTls(accepted, listener, tls, TIMEOUT, tasks);
    underWay.add(socket);
    if (underWay.size() >= MOST && !crowded) {
      forgetThoseThatAreOver();
      if (underWay.size() >= MOST) {
        crowded = true;
        AcceptGuard port = AcceptGuard.of(accepted);
        if (port != null) {
          port.hold();
        }
        lookSoon(port);
      }
    }
    return socket;
  }

  /** To be called now and then: keeps no socket that is through, or gone. */
  void forgetThoseThatAreOver() {
    underWay.removeIf(socket -> socket.isClosed() || !socket.lacksTls());
  }

  private void lookSoon(@Nullable AcceptGuard held) {
    vertx.setTimer(
        LOOK_MILLIS,
        timer -> {
          forgetThoseThatAreOver();
          makeRoom();
          if (underWay.size() > FEW) {
            lookSoon(held);
            return;
          }
          crowded = false;
          laggards.forget();
          if (held != null) {
            held.release();
          }
        });
  }

  private void makeRoom() {
    for (TcpSocket late :
        laggards.look(underWay, Handshakes::keepsUsWaiting, underWay.size() - FEW)) {
      underWay.remove(late);
      counters.reject(Rejection.TLS);
      late.reset();
    }
  }

  private static boolean keepsUsWaiting(TcpSocket socket) {
    Duration grace = socket.handshakeHasBegun() ? GRACE : GRACE_TO_BEGIN;
    return socket.handshakeWaitsNanos() > grace.toNanos();
  }
}
