package dev.echomesh.echo;

import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.ConnectionsReply;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.EchoConfig;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.spec.SocketAddresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open endpoints of a node, made to follow a configuration. Event loop only. */
final class Endpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

  private final Vertx vertx;
  private final NodeLimits limits;
  private final Map<String, OpenEndpoint> open = new LinkedHashMap<>();

  Endpoints(Vertx vertx, EchoConfig initial) {
    this.vertx = vertx;
    this.limits = new NodeLimits(initial);
  }

  /**
   * Opens, moves, changes and closes what differs from the configuration; the connections of every
   * other endpoint go on. An endpoint that cannot be opened where it should be stays where it is.
   * Connections of a closed port drain in the background.
   *
   * @return fails with the first {@link dev.echomesh.config.StartException}, all else done
   */
  Future<Void> follow(EchoConfig config) {
    limits.config(config);
    Set<String> gone = new HashSet<>(open.keySet());
    List<Future<?>> changes = new ArrayList<>();
    for (EndpointConfig wanted : config.endpoints()) {
      gone.remove(wanted.name());
      changes.add(follow(wanted, config.instances()));
    }
    gone.forEach(name -> close(open.remove(name)));
    return Future.join(changes).mapEmpty();
  }

  List<EndpointInfo> infos() {
    return open.values().stream().map(e -> e.endpoint().info()).toList();
  }

  ConnectionsReply find(ConnectionsQuery query) {
    List<ConnectionsReply.Connection> found = new ArrayList<>();
    for (OpenEndpoint candidate : open.values()) {
      if (candidate.endpoint().port() == query.port()) {
        for (String client : query.clients()) {
          candidate
              .endpoint()
              .log()
              .find(SocketAddresses.parse(client))
              .ifPresent(
                  c ->
                      found.add(
                          new ConnectionsReply.Connection(
                              client, c.received(), c.sent(), c.isOpen())));
        }
      }
    }
    return new ConnectionsReply(found);
  }

  private Future<Void> follow(EndpointConfig wanted, int instances) {
    OpenEndpoint now = open.get(wanted.name());
    if (now == null) {
      return open(wanted, instances);
    }
    if (now.canBecome(wanted)) {
      return now.become(wanted);
    }
    if (now.isOnSamePort(wanted)) {
      // another kind of listener on the same port: the port is free once the old one has drained
      open.remove(wanted.name());
      return now.close().compose(closed -> open(wanted, instances));
    }
    return open(wanted, instances).onSuccess(moved -> close(now));
  }

  private Future<Void> open(EndpointConfig wanted, int instances) {
    return OpenEndpoint.open(vertx, wanted, limits, instances)
        .onSuccess(opened -> open.put(wanted.name(), opened))
        .mapEmpty();
  }

  private static void close(OpenEndpoint endpoint) {
    endpoint
        .close()
        .onFailure(
            cause -> LOG.error("endpoint {}: {}", endpoint.endpoint().config().name(), cause));
  }
}
