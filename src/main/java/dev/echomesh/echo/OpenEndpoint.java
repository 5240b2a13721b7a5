package dev.echomesh.echo;

import dev.echomesh.config.BindFailure;
import dev.echomesh.config.EndpointConfig;
import dev.echomesh.spec.SocketAddresses;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An endpoint with its listeners deployed. */
final class OpenEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(OpenEndpoint.class);

  /** Vert.x shares one free port among the servers that ask for the same negative one. */
  private static final AtomicInteger NEXT_FREE_PORT = new AtomicInteger(-1);

  private final Vertx vertx;
  private final Endpoint endpoint;
  private final List<Listener> listeners;
  private final String deploymentId;

  private OpenEndpoint(
      Vertx vertx, Endpoint endpoint, List<Listener> listeners, String deploymentId) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.listeners = listeners;
    this.deploymentId = deploymentId;
  }

  /** Fails with {@link dev.echomesh.config.StartException}. */
  static Future<OpenEndpoint> open(
      Vertx vertx, EndpointConfig config, NodeLimits limits, ConnectionLog log, int instances) {
    return TlsFiles.load(vertx, config)
        .compose(
            tls -> listen(vertx, new Endpoint(config, tls.orElse(null), limits, log), instances))
        .recover(
            cause ->
                Future.failedFuture(
                    BindFailure.explain(
                        "endpoint " + config.name(), config.host(), config.port(), cause)));
  }

  private static Future<OpenEndpoint> listen(Vertx vertx, Endpoint endpoint, int instances) {
    EndpointConfig config = endpoint.config();
    NetServerOptions options = new NetServerOptions();
    if (config.backlog() > 0) {
      options.setAcceptBacklog(config.backlog());
    }
    List<Listener> listeners = new CopyOnWriteArrayList<>();
    int port = config.port() == 0 ? NEXT_FREE_PORT.getAndDecrement() : config.port();
    return vertx
        .deployVerticle(
            () -> {
              Listener listener = new Listener(endpoint, options, port);
              listeners.add(listener);
              return listener;
            },
            new DeploymentOptions().setInstances(instances))
        .map(id -> new OpenEndpoint(vertx, endpoint, listeners, id))
        .onSuccess(
            open -> {
              LOG.info(
                  "endpoint {} listening on {}",
                  config.name(),
                  SocketAddresses.print(config.host(), endpoint.port()));
              if (!config.faults().isNone()) {
                LOG.info("endpoint {}: faults: {}", config.name(), config.faults());
              }
            });
  }

  Endpoint endpoint() {
    return endpoint;
  }

  int instances() {
    return listeners.size();
  }

  /** Whether the change can be made without closing the port. */
  boolean canBecome(EndpointConfig changed, int instances) {
    EndpointConfig now = endpoint.config();
    return now.host().equals(changed.host())
        && now.port() == changed.port()
        && listeners.size() == instances
        && now.backlog() == changed.backlog();
  }

  /** Whether this has the port that the other wants. */
  boolean listensWhere(EndpointConfig other) {
    return other.port() != 0
        && other.port() == endpoint.port()
        && other.host().equals(endpoint.config().host());
  }

  /** New connections follow the changed configuration and the TLS files as they are now. */
  Future<Void> become(EndpointConfig changed) {
    return TlsFiles.load(vertx, changed)
        .onSuccess(tls -> endpoint.config(changed, tls.orElse(null)))
        .mapEmpty();
  }

  /** Closes the port and completes, on the caller's context; connections drain after that. */
  Future<Void> close() {
    String name = endpoint.config().name();
    LOG.info("endpoint {} closes port {}", name, endpoint.port());
    Context caller = vertx.getOrCreateContext();
    Promise<Void> closed = Promise.promise();
    Future.join(listeners.stream().map(Listener::portClosed).toList())
        .onComplete(all -> caller.runOnContext(v -> closed.complete()));
    vertx
        .undeploy(deploymentId)
        .onFailure(cause -> LOG.error("endpoint {}: {}", name, cause.getMessage()));
    return closed.future();
  }
}
