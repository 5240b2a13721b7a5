package dev.echomesh.bridge;

import dev.echomesh.config.BindFailure;
import dev.echomesh.config.BridgeConfig;
import dev.echomesh.spec.SocketAddresses;
import dev.echomesh.spec.Tokens;
import dev.echomesh.wire.TcpSocket;
import dev.echomesh.wire.TlsTasks;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for the bridge's clients, on one event loop. */
final class BridgeVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeVerticle.class);
  private static final long LOOK_MILLIS = 1000;
  private static final long DRAIN_MILLIS = 2000;

  private final BridgeConfig config;
  private final Set<BridgeConnection> connections = new HashSet<>();
  private volatile Access access;
  private Executor tlsTasks;
  private NetServer server;

  BridgeVerticle(BridgeConfig config, Access access) {
    this.config = config;
    this.access = access;
  }

  @Override
  public Future<?> start() {
    tlsTasks = new TlsTasks(vertx);
    server = vertx.createNetServer().connectHandler(this::accept);
    vertx.setPeriodic(
        LOOK_MILLIS,
        id -> {
          long now = System.nanoTime();
          List.copyOf(connections).forEach(each -> each.look(now, config.idleTimeout().toNanos()));
        });
    return server
        .listen(config.port(), config.host())
        .recover(
            cause ->
                Future.failedFuture(
                    BindFailure.explain("bridge.tcp", config.host(), config.port(), cause)))
        .onSuccess(
            bound ->
                LOG.info(
                    "bridge listening on {}",
                    SocketAddresses.print(config.host(), bound.actualPort())));
  }

  @Override
  public Future<?> stop() {
    long deadline =
        vertx.setTimer(DRAIN_MILLIS, id -> List.copyOf(connections).forEach(BridgeConnection::cut));
    Future<Void> closed =
        server
            .shutdown(DRAIN_MILLIS + LOOK_MILLIS, TimeUnit.MILLISECONDS)
            .onComplete(done -> vertx.cancelTimer(deadline));
    List.copyOf(connections).forEach(BridgeConnection::end);
    return closed;
  }

  /** The real port. */
  int port() {
    return server.actualPort();
  }

  /** Lets clients in by other files; ends those that came in by a token which may hold no more. */
  void renew(Access renewed) {
    Tokens before = access.tokens();
    Tokens now = renewed.tokens();
    access = renewed;
    if (now != null && (before == null || !before.isSame(now))) {
      context.runOnContext(v -> List.copyOf(connections).forEach(BridgeConnection::end));
    }
  }

  private void accept(NetSocket accepted) {
    if (TcpSocket.remoteAddressOf(accepted) == null) {
      accepted.close();
    } else if (connections.size() >= config.maxConnections()) {
      LOG.warn("bridge: refused a client, {} are connected", connections.size());
      accepted.close();
    } else {
      connections.add(new BridgeConnection(vertx, accepted, access, tlsTasks, connections::remove));
    }
  }
}
