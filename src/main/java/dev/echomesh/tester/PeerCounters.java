package dev.echomesh.tester;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.ConnectionsReply;
import dev.echomesh.bus.TestReport.Peer;
import dev.echomesh.spec.NodeTarget;
import dev.echomesh.spec.Target;
import dev.echomesh.spec.TcpInfo;
import dev.echomesh.spec.TcpTotals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks the echo side, over the event bus, what it counted on the connections of a run. */
final class PeerCounters {
  private static final long SEND_TIMEOUT_MILLIS = 5000;
  private static final long RETRY_MILLIS = 20;

  /** The echo side learns of a connection's end a little later than the tester. */
  private static final int RETRIES = 20;

  private final Vertx vertx;

  PeerCounters(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * The peer's counters, or why there are none.
   *
   * @param note null if there is a peer
   */
  record Answer(@Nullable Peer peer, @Nullable String note) {}

  /**
   * Never fails.
   *
   * @param target a node of the mesh is asked itself, of any other this one
   * @param clients the local addresses of the run's connections
   */
  Future<Answer> ask(Target target, List<String> clients) {
    if (clients.isEmpty()) {
      return Future.succeededFuture(new Answer(null, "peer: no connection was made"));
    }
    String address =
        target instanceof NodeTarget node
            ? Addresses.ofNode(node.node(), Addresses.ECHO_CONNECTIONS)
            : Addresses.ECHO_CONNECTIONS;
    return ask(address, new ConnectionsQuery(target.socket().port(), clients), RETRIES)
        .recover(cause -> Future.succeededFuture(new Answer(null, "peer: " + why(cause))));
  }

  private Future<Answer> ask(String address, ConnectionsQuery query, int retries) {
    return vertx
        .eventBus()
        .<JsonObject>request(
            address, query.toJson(), new DeliveryOptions().setSendTimeout(SEND_TIMEOUT_MILLIS))
        .map(reply -> ConnectionsReply.fromJson(reply.body()).connections())
        .compose(
            connections -> {
              if (retries > 0 && connections.stream().anyMatch(c -> c.open())) {
                Promise<Answer> later = Promise.promise();
                vertx.setTimer(
                    RETRY_MILLIS, id -> ask(address, query, retries - 1).onComplete(later));
                return later.future();
              }
              return Future.succeededFuture(answer(query, connections));
            });
  }

  private static Answer answer(
      ConnectionsQuery query, List<ConnectionsReply.Connection> connections) {
    if (connections.isEmpty()) {
      return new Answer(null, "peer: the target is not an endpoint of this node");
    }
    if (connections.stream().anyMatch(ConnectionsReply.Connection::open)) {
      return new Answer(null, "peer: has not noticed the end of every connection");
    }
    if (connections.size() < query.clients().size()) {
      return new Answer(
          null,
          "peer: knows %d of %d connections".formatted(connections.size(), query.clients().size()));
    }
    return new Answer(
        new Peer(
            connections.stream().mapToLong(c -> c.bytesReceived()).sum(),
            connections.stream().mapToLong(c -> c.bytesSent()).sum(),
            tcp(connections)),
        null);
  }

  private static @Nullable TcpInfo tcp(List<ConnectionsReply.Connection> connections) {
    TcpTotals totals = new TcpTotals();
    connections.stream()
        .map(ConnectionsReply.Connection::tcp)
        .filter(Objects::nonNull)
        .forEach(totals::add);
    return totals.info();
  }

  private static String why(Throwable cause) {
    if (!(cause instanceof ReplyException reply)) {
      return "did not answer";
    }
    return switch (reply.failureType()) {
      case NO_HANDLERS -> "no echo side on this event bus can be asked";
      case RECIPIENT_FAILURE -> String.valueOf(reply.getMessage());
      default -> "did not answer";
    };
  }
}
