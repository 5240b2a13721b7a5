package dev.echomesh.node;

import dev.echomesh.config.StartException;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.config.WebConfig;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;

/** Looks at the TLS files of room {@code web}, which itself would notice only in a handshake. */
final class WebTls {
  private WebTls() {}

  /** Fails with {@link StartException} that names the file at fault. */
  static Future<Void> check(Vertx vertx, WebConfig web) {
    TlsConfig tls = web.tls();
    return tls == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(
            () -> {
              try {
                var unused =
                    TlsContext.server(vertx, tls.certFile(), tls.keyFile(), tls.clientCaFile());
                return null;
              } catch (GeneralSecurityException e) {
                throw new StartException("web." + e.getMessage(), e);
              }
            });
  }
}
