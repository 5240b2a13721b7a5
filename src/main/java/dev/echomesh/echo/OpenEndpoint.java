package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import java.util.Optional;
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
  private final String deploymentId;

  private OpenEndpoint(Vertx vertx, Endpoint endpoint, String deploymentId) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.deploymentId = deploymentId;
  }

  /** Fails with {@link dev.echomesh.config.StartException}. */
  static Future<OpenEndpoint> open(
      Vertx vertx, EndpointConfig config, NodeLimits limits, int instances) {
    return loadTls(vertx, config)
        .compose(tls -> listen(vertx, new Endpoint(config, tls.orElse(null), limits), instances))
        .recover(cause -> Future.failedFuture(BindFailure.explain(config, cause)));
  }

  private static Future<OpenEndpoint> listen(Vertx vertx, Endpoint endpoint, int instances) {
    EndpointConfig config = endpoint.config();
    NetServerOptions options = new NetServerOptions();
    if (config.backlog() > 0) {
      options.setAcceptBacklog(config.backlog());
    }
    int port = config.port() == 0 ? NEXT_FREE_PORT.getAndDecrement() : config.port();
    return vertx
        .deployVerticle(
            () -> new Listener(endpoint, options, port),
            new DeploymentOptions().setInstances(instances))
        .map(id -> new OpenEndpoint(vertx, endpoint, id))
        .onSuccess(
            open ->
                LOG.info(
                    "endpoint {} listening on {}:{}",
                    config.name(),
                    config.host(),
                    endpoint.port()));
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the change can be made without closing the port. */
  boolean canBecome(EndpointConfig changed) {
    return isOnSamePort(changed) && endpoint.config().backlog() == changed.backlog();
  }

  boolean isOnSamePort(EndpointConfig changed) {
    EndpointConfig now = endpoint.config();
    return now.host().equals(changed.host()) && now.port() == changed.port();
  }

  /** New connections follow the changed configuration and the TLS files as they are now. */
  Future<Void> become(EndpointConfig changed) {
    return loadTls(vertx, changed)
        .onSuccess(tls -> endpoint.config(changed, tls.orElse(null)))
        .recover(cause -> Future.failedFuture(BindFailure.explain(changed, cause)))
        .mapEmpty();
  }

  /** Closes the port, then drains; completes when the last connection is gone. */
  Future<Void> close() {
    LOG.info("endpoint {} closes port {}", endpoint.config().name(), endpoint.port());
    return vertx.undeploy(deploymentId);
  }

  private static Future<Optional<TlsContext>> loadTls(Vertx vertx, EndpointConfig config) {
    TlsConfig tls = config.tls();
    return tls == null
        ? Future.succeededFuture(Optional.empty())
        : vertx.executeBlocking(
            () ->
                Optional.of(
                    TlsContext.server(vertx, tls.certFile(), tls.keyFile(), tls.clientCaFile())));
  }
}
