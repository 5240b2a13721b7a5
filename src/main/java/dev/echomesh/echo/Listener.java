package dev.echomesh.echo;

import dev.echomesh.wire.AcceptGuard;
import dev.echomesh.wire.LoopTimer;
import dev.echomesh.wire.TcpSocket;
import dev.echomesh.wire.TlsTasks;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private final Set<ServedConnection> connections = new HashSet<>();
  private final Promise<Void> portClosed = Promise.promise();

  /** For Vert.x to call on each connection once the port is closed. */
  private final Runnable portIsClosed = portClosed::tryComplete;

  private Handshakes handshakes;
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
    handshakes = new Handshakes(vertx, endpoint.counters(), new TlsTasks(vertx));
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
            drainMillis, id -> List.copyOf(connections).forEach(ServedConnection::cutAtDeadline));
    // Vert.x closes the port and waits for the connections; its own deadline must not come before
    // ours, because it would wait for stalled clients
    Future<Void> closed =
        server
            .shutdown(drainMillis + 1000, TimeUnit.MILLISECONDS)
            .onComplete(
                done -> {
                  vertx.cancelTimer(deadline);
                  endpoint.clientLog().tellTheRest();
                  portClosed.tryComplete();
                });
    List.copyOf(connections).forEach(ServedConnection::drain);
    return closed;
  }

  /**
   * Completes, on any thread, when the port is closed as far as this listener has to do with it.
   */
  Future<Void> portClosed() {
    return portClosed.future();
  }

  /** A client that was let in; told, once or more often, that it has left. */
  private final class Admitted implements Consumer<ServedConnection> {
    private final InetAddress client;
    private boolean gone;

    Admitted(InetAddress client) {
      this.client = client;
    }

    @Override
    public void accept(ServedConnection connection) {
      connections.remove(connection);
      leave();
      if (draining && connections.isEmpty()) {
        // Vert.x's part of them can have ended before
        endpoint.clientLog().tellTheRest();
      }
    }

    void leave() {
      if (!gone) {
        gone = true;
        endpoint.left(client);
      }
    }
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
    socket.shutdownHandler(v -> portIsClosed.run());
    Admitted admitted = new Admitted(client.getAddress());
    try {
      ServedConnection connection = serve(socket, admitted);
      connections.add(connection);
      if (!vertx.isMetricsEnabled()) {
        connection.leaveVertx(portIsClosed);
      }
      if (draining) {
        connection.drain();
      }
    } catch (RuntimeException | Error defect) {
      endpoint.failed(client, defect);
      admitted.leave();
      socket.close();
    }
  }

  private ServedConnection serve(NetSocket socket, Admitted admitted) {
    return endpoint.faults().isNone()
        ? new EchoConnection(endpoint, socket, handshakes, admitted)
        : new FaultyConnection(
            endpoint, socket, handshakes, endpoint.nextFaulty(), new LoopTimer(context), admitted);
  }

  /** In any order as long as nobody has to go. */
  private List<ServedConnection> longestStalledFirst(long now) {
    if (!endpoint.limits().keepsTooMuch()) {
      return List.copyOf(connections);
    }
    Map<ServedConnection, Long> stalled = new HashMap<>();
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
          // first: whatever goes wrong with one client, the others are looked at again
          lookAround();
          long now = System.nanoTime();
          longestStalledFirst(now).forEach(connection -> lookAt(connection, now));
          handshakes.forgetThoseThatAreOver();
          endpoint.clientLog().tellWhatIsDue();
        });
  }

  private void lookAt(ServedConnection connection, long now) {
    try {
      connection.endIfStalled(now);
      if (connection.isIdle(now)) {
        connection.endIdle();
      }
    } catch (RuntimeException | Error defect) {
      connection.failed(defect);
    }
  }
}
