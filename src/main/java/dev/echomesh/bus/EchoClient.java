package dev.echomesh.bus;

import dev.echomesh.spec.Faults;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Asks the echo side on the event bus, and switches it. Any thread. */
public final class EchoClient {
  private final Vertx vertx;

  public EchoClient(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The open endpoints, with their real ports and counters. */
  public Future<List<EndpointInfo>> endpoints() {
    return vertx
        .eventBus()
        .<JsonObject>request(Addresses.ECHO_ENDPOINTS, null)
        .map(
            reply ->
                reply.body().getJsonArray("endpoints").stream()
                    .map(endpoint -> EndpointInfo.fromJson((JsonObject) endpoint))
                    .toList());
  }

  /**
   * One open endpoint.
   *
   * @return fails with {@link RequestException} if there is none of that name
   */
  public Future<EndpointInfo> endpoint(String name) {
    return endpoints()
        .map(
            all ->
                all.stream()
                    .filter(endpoint -> endpoint.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new RequestException(
                                Failure.NOT_FOUND,
                                "endpoint: %s (expected one of %s)"
                                    .formatted(
                                        name, all.stream().map(EndpointInfo::name).toList()))));
  }

  /**
   * Every connection to a port that is known: those that are open, and those that ended within the
   * last 60 s, of which the last 20,000 are kept.
   */
  public Future<List<ConnectionsReply.Connection>> connections(int port) {
    return vertx
        .eventBus()
        .<JsonObject>request(
            Addresses.ECHO_CONNECTIONS, new ConnectionsQuery(port, List.of()).toJson())
        .map(reply -> ConnectionsReply.fromJson(reply.body()).connections());
  }

  /**
   * Switches how an endpoint misbehaves towards new connections.
   *
   * @param faults {@link Faults#NONE} to heal it
   * @return fails with {@link RequestException} if there is no such endpoint
   */
  public Future<Void> fault(String endpoint, Faults faults) {
    return vertx
        .eventBus()
        .request(Addresses.ECHO_FAULT, new FaultRequest(endpoint, faults).toJson())
        .recover(cause -> Future.failedFuture(RunCall.refusal(cause)))
        .mapEmpty();
  }
}
