package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** The TLS files of an endpoint, read before a listener depends on them. */
final class TlsFiles {
  private TlsFiles() {}

  /** As {@link #load}, to see whether it can be done. */
  static Future<Void> check(Vertx vertx, EndpointConfig endpoint) {
    return load(vertx, endpoint).mapEmpty();
  }

  /**
   * Reads the endpoint's files; empty if it has none.
   *
   * @return fails with {@link StartException} that names the file at fault
   */
  static Future<Optional<TlsContext>> load(Vertx vertx, EndpointConfig endpoint) {
    TlsConfig tls = endpoint.tls();
    return tls == null
        ? Future.succeededFuture(Optional.empty())
        : vertx.executeBlocking(
            () -> {
              try {
                return Optional.of(
                    TlsContext.server(vertx, tls.certFile(), tls.keyFile(), tls.clientCaFile()));
              } catch (GeneralSecurityException e) {
                throw new StartException("endpoint " + endpoint.name() + ": " + e.getMessage(), e);
              }
            });
  }
}
