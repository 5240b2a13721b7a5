package dev.echomesh.echo;

import dev.echomesh.wire.AcceptGuard;
import dev.echomesh.wire.TcpSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of an endpoint. Several of them listen on the same port, and Vert.x hands
 * each its turn of the connections.
 */
final class Listener extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /** How often connections are looked at within a timeout. */
  private static final int LOOKS = 4;

  private static final long MAX_LOOK_MILLIS = 1000;

  private final Endpoint endpoint;
  private final NetServerOptions options;
  private final int port;
  private final Set<EchoConnection> connections = new HashSet<>();
  private final Promise<Void> portClosed = Promise.promise();
  private NetServer server;
  private boolean draining;

  /**
   * A listener that is not bound yet.
   *
   * @param port to bind; negative for a free one that all listeners with the same number share
   */
  Listener(Endpoint endpoint, NetServerOptions options, int port) {
    this.endpoint = endpoint;
    this.options = options;
    this.port = port;
  }

  @Override
  public Future<?> start() {
    server = vertx.createNetServer(options).connectHandler(this::accept);
    lookAround();
    return AcceptGuard.listen(server, port, endpoint.config().host(), endpoint)
        .onSuccess(bound -> endpoint.boundTo(bound.actualPort()));
  }

  @Override
  public Future<?> stop() {
    draining = true;
    long drainMillis = Math.max(1, endpoint.drainTimeout().toMillis());
    long deadline =
        vertx.setTimer(
            drainMillis, id -> List.copyOf(connections).forEach(EchoConnection::cutAtDeadline));
    // Vert.x closes the port and waits for the connections; its own deadline must not come before
    // ours, because it would wait for stalled clients
    Future<Void> closed =
        server
            .shutdown(drainMillis + 1000, TimeUnit.MILLISECONDS)
            .onComplete(
                done -> {
                  vertx.cancelTimer(deadline);
                  portClosed.tryComplete();
                });
    List.copyOf(connections).forEach(EchoConnection::drain);
    return closed;
  }

  /**
   * Completes, on any thread, when the port is closed as far as this listener has to do with it.
   */
  Future<Void> portClosed() {
    return portClosed.future();
  }

  private void left(EchoConnection connection) {
    connections.remove(connection);
    endpoint.left(connection.client());
  }

  private void accept(NetSocket socket) {
    InetSocketAddress client = TcpSocket.remoteAddressOf(socket);
    if (client == null) {
      socket.close();
      return;
    }
    Optional<Rejection> rejection = endpoint.enter(client.getAddress());
    if (rejection.isPresent()) {
      LOG.debug("endpoint {}: {} {}", endpoint.config().name(), client, rejection);
      socket.close();
      return;
    }
    EchoConnection connection;
    try {
      connection = new EchoConnection(endpoint, socket, this::left);
    } catch (RuntimeException defect) {
      LOG.error(
          "endpoint {}: client {} could not be served", endpoint.config().name(), client, defect);
      endpoint.counters().end(Ending.FAILURE);
      endpoint.left(client.getAddress());
      socket.close();
      return;
    }
    connections.add(connection);
    // Vert.x calls this once the port is closed
    socket.shutdownHandler(v -> portClosed.tryComplete());
    if (draining) {
      connection.drain();
    }
  }

  /** In any order as long as nobody has to go. */
  private List<EchoConnection> longestStalledFirst(long now) {
    if (!endpoint.limits().keepsTooMuch()) {
      return List.copyOf(connections);
    }
    Map<EchoConnection, Long> stalled = new HashMap<>();
    connections.forEach(each -> stalled.put(each, each.stalledNanos(now)));
    return connections.stream()
        .sorted(Comparator.comparing(stalled::get, Comparator.reverseOrder()))
        .toList();
  }

  private void lookAround() {
    long pauseMillis =
        Stream.of(endpoint.config().idleTimeout(), endpoint.config().stallTimeout())
            .filter(timeout -> !timeout.isZero())
            .mapToLong(timeout -> Math.max(1, timeout.toMillis() / LOOKS))
            .reduce(MAX_LOOK_MILLIS, Math::min);
    vertx.setTimer(
        pauseMillis,
        id -> {
          long now = System.nanoTime();
          for (EchoConnection connection : longestStalledFirst(now)) {
            connection.endIfStalled(now);
            if (connection.isIdle(now)) {
              connection.endIdle();
            }
          }
          lookAround();
        });
  }
}
