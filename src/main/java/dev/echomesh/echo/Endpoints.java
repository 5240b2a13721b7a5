package dev.echomesh.echo;

import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.ConnectionsReply;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.FaultRequest;
import dev.echomesh.bus.RequestException;
import dev.echomesh.config.EchoConfig;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.spec.SocketAddresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The open endpoints of a node, made to follow a configuration. Event loop only. */
final class Endpoints {
  /** Each takes some 400 bytes. */
  private static final int MAX_ENDED_CONNECTIONS = 20_000;

  private final Vertx vertx;
  private final NodeLimits limits;
  private final ConnectionLog log = new ConnectionLog(System::nanoTime, MAX_ENDED_CONNECTIONS);
  private final Map<String, OpenEndpoint> open = new HashMap<>();
  private List<String> configured = List.of();
  private Future<Void> following = Future.succeededFuture();

  Endpoints(Vertx vertx, EchoConfig initial) {
    this.vertx = vertx;
    this.limits = new NodeLimits(initial);
  }

  /**
   * Opens, moves, changes and closes what differs from the configuration; the connections of every
   * other endpoint go on. An endpoint that cannot be opened where it should be stays where it is.
   * Connections of a closed port drain in the background.
   *
   * @return fails with {@link StartException} that names every problem, all else done
   */
  Future<Void> follow(EchoConfig config) {
    following = following.transform(before -> change(config));
    return following;
  }

  private Future<Void> change(EchoConfig config) {
    limits.config(config);
    configured = config.endpoints().stream().map(EndpointConfig::name).toList();
    List<Checked> checked =
        config.endpoints().stream()
            .map(wanted -> new Checked(wanted, TlsFiles.check(vertx, wanted)))
            .toList();
    return Future.join(checked.stream().map(Checked::usable).toList())
        .transform(
            all -> {
              Change change = Change.of(config, open.values(), usable(checked));
              Map<String, OpenEndpoint> closed = new HashMap<>();
              List<Future<?>> portsClosed = new ArrayList<>();
              for (String name : change.toClose()) {
                OpenEndpoint closing = open.remove(name);
                closed.put(name, closing);
                portsClosed.add(closing.close());
              }
              return Future.join(portsClosed)
                  .transform(
                      free -> {
                        List<Future<?>> changes = new ArrayList<>();
                        checked.forEach(each -> changes.add(each.usable));
                        for (EndpointConfig wanted : usable(checked)) {
                          changes.add(follow(wanted, change, closed.get(wanted.name())));
                        }
                        return all(changes);
                      });
            });
  }

  /** Of those that are open, in the order of the configuration. */
  List<EndpointInfo> infos() {
    return configured.stream()
        .map(open::get)
        .filter(Objects::nonNull)
        .map(e -> e.endpoint().info())
        .toList();
  }

  /** Also for a port that is closed by now, as long as the log goes back. */
  ConnectionsReply find(ConnectionsQuery query) {
    List<ConnectionsReply.Connection> found = new ArrayList<>();
    if (query.clients().isEmpty()) {
      log.all(query.port())
          .forEach(
              (client, counters) ->
                  found.add(log.describe(SocketAddresses.print(client), counters)));
    }
    for (String client : query.clients()) {
      log.find(query.port(), SocketAddresses.parse(client))
          .ifPresent(counters -> found.add(log.describe(client, counters)));
    }
    return new ConnectionsReply(found);
  }

  /**
   * Switches an endpoint's faults.
   *
   * @throws RequestException if there is no such endpoint
   */
  void fault(FaultRequest request) {
    OpenEndpoint wanted = open.get(request.endpoint());
    if (wanted == null) {
      List<String> names = infos().stream().map(EndpointInfo::name).toList();
      throw new RequestException(
          Failure.NOT_FOUND,
          "endpoint: %s (expected one of %s)"
              .formatted(request.endpoint(), String.join(", ", names)));
    }
    wanted.endpoint().faults(request.faults());
  }

  private Future<Void> follow(EndpointConfig wanted, Change change, @Nullable OpenEndpoint closed) {
    OpenEndpoint now = open.get(wanted.name());
    if (now == null) {
      Future<Void> opened = open(wanted, change.instances());
      return closed == null || change.isNeededByAnother(closed.endpoint())
          ? opened
          : opened.recover(cause -> reopen(closed, cause));
    }
    if (now.canBecome(wanted, change.instances())) {
      return now.become(wanted);
    }
    // a configuration that comes next may want the port back, and Vert.x would hand it the server
    // that is about to close
    return open(wanted, change.instances()).compose(moved -> now.close());
  }

  private Future<Void> open(EndpointConfig wanted, int instances) {
    for (OpenEndpoint other : open.values()) {
      if (other.listensWhere(wanted)) {
        // Vert.x would let both share it
        return Future.failedFuture(
            new StartException(
                "endpoint %s: cannot listen on %s: endpoint %s is still there, because it could not be changed"
                    .formatted(
                        wanted.name(),
                        SocketAddresses.print(wanted.host(), wanted.port()),
                        other.endpoint().config().name())));
      }
    }
    return OpenEndpoint.open(vertx, wanted, limits, log, instances)
        .onSuccess(opened -> open.put(wanted.name(), opened))
        .mapEmpty();
  }

  private Future<Void> reopen(OpenEndpoint closed, Throwable cause) {
    return open(closed.endpoint().config(), closed.instances())
        .transform(reopened -> Future.failedFuture(cause));
  }

  /** An endpoint that is wanted, and whether its files can be used. */
  private record Checked(EndpointConfig endpoint, Future<Void> usable) {}

  private static List<EndpointConfig> usable(List<Checked> checked) {
    return checked.stream().filter(each -> each.usable.succeeded()).map(Checked::endpoint).toList();
  }

  /** Completes when all have; fails with the problems of all. */
  private static Future<Void> all(List<Future<?>> changes) {
    return Future.join(changes)
        .transform(
            joined -> {
              List<String> problems =
                  changes.stream()
                      .map(Future::cause)
                      .filter(Objects::nonNull)
                      .map(cause -> String.valueOf(cause.getMessage()))
                      .toList();
              return problems.isEmpty()
                  ? Future.succeededFuture()
                  : Future.failedFuture(new StartException(problems));
            });
  }
}
