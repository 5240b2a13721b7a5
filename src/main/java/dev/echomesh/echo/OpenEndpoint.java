package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.TlsConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
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
  static Future<OpenEndpoint> open(Vertx vertx, Endpoint endpoint, int instances) {
    EndpointConfig config = endpoint.config();
    List<Listener> listeners = new CopyOnWriteArrayList<>();
    int port = config.port() == 0 ? NEXT_FREE_PORT.getAndDecrement() : config.port();
    return vertx
        .deployVerticle(
            () -> {
              Listener listener = new Listener(endpoint, options(config), port);
              listeners.add(listener);
              return listener;
            },
            new DeploymentOptions().setInstances(instances))
        .recover(cause -> Future.failedFuture(BindFailure.explain(config, cause)))
        .map(id -> new OpenEndpoint(vertx, endpoint, listeners, id))
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
    EndpointConfig now = endpoint.config();
    return isOnSamePort(changed)
        && now.backlog() == changed.backlog()
        && (now.tls() == null) == (changed.tls() == null)
        && requiresClientCertificate(now) == requiresClientCertificate(changed);
  }

  boolean isOnSamePort(EndpointConfig changed) {
    EndpointConfig now = endpoint.config();
    return now.host().equals(changed.host()) && now.port() == changed.port();
  }

  /** New connections follow the changed configuration and read the TLS files anew. */
  Future<Void> become(EndpointConfig changed) {
    if (changed.tls() == null) {
      endpoint.config(changed);
      return Future.succeededFuture();
    }
    return Future.all(listeners.stream().map(l -> l.renewTls(options(changed))).toList())
        .onSuccess(renewed -> endpoint.config(changed))
        .mapEmpty();
  }

  /** Closes the port, then drains; completes when the last connection is gone. */
  Future<Void> close() {
    LOG.info("endpoint {} closes port {}", endpoint.config().name(), endpoint.port());
    return vertx.undeploy(deploymentId);
  }

  private static boolean requiresClientCertificate(EndpointConfig config) {
    TlsConfig tls = config.tls();
    return tls != null && tls.clientCaFile() != null;
  }

  private static NetServerOptions options(EndpointConfig config) {
    NetServerOptions options = new NetServerOptions();
    if (config.backlog() > 0) {
      options.setAcceptBacklog(config.backlog());
    }
    TlsConfig tls = config.tls();
    if (tls != null) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(tls.certFile().toString())
                  .setKeyPath(tls.keyFile().toString()));
      if (tls.clientCaFile() != null) {
        options
            .setClientAuth(ClientAuth.REQUIRED)
            .setTrustOptions(new PemTrustOptions().addCertPath(tls.clientCaFile().toString()));
      }
    }
    return options;
  }
}
