package dev.echomesh.echo;

import dev.echomesh.wire.SocketListener;
import dev.echomesh.wire.TcpSocket;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The TLS handshakes that are under way on one event loop. Each keeps some 30 KB of heap for a
 * client that has sent a few hundred bytes, so there are no more than a number of them: the oldest
 * has to go for the next one, because an honest client is through in a moment. Event loop only.
 */
final class Handshakes {
  /** At the same time. */
  static final int MOST = 500;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final EndpointCounters counters;
  private final Executor tasks;
  private final Set<TcpSocket> underWay = new LinkedHashSet<>();

  /**
   * None is under way.
   *
   * @param tasks does the arithmetic
   */
  Handshakes(EndpointCounters counters, Executor tasks) {
    this.counters = counters;
    this.tasks = tasks;
  }

  /** Takes over a socket that was just accepted and whose client shall begin with TLS. */
  TcpSocket begin(NetSocket accepted, SocketListener listener, TlsContext tls) {
    makeRoom();
    TcpSocket socket = TcpSocket.attachTls(accepted, listener, tls, TIMEOUT, tasks);
    underWay.add(socket);
    return socket;
  }

  /** To be called now and then: keeps no socket that is through, or gone. */
  void forgetThoseThatAreOver() {
    underWay.removeIf(socket -> socket.isClosed() || !socket.lacksTls());
  }

  private void makeRoom() {
    if (underWay.size() >= MOST) {
      forgetThoseThatAreOver();
    }
    if (underWay.size() >= MOST) {
      TcpSocket oldest = underWay.iterator().next();
      underWay.remove(oldest);
      counters.reject(Rejection.TLS);
      oldest.reset();
    }
  }
}
