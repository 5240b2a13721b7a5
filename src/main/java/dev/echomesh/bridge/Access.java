package dev.echomesh.bridge;

import dev.echomesh.config.BridgeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.spec.Tokens;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The files that decide who may come in, as they were read.
 *
 * @param tokens null if none is asked for
 * @param tls null for plain TCP
 */
record Access(@Nullable Tokens tokens, @Nullable TlsContext tls) {
  /**
   * Reads them.
   *
   * @return fails with {@link StartException} that names the file at fault
   */
  static Future<Access> load(Vertx vertx, BridgeConfig config) {
    return vertx.executeBlocking(
        () -> new Access(tokens(config.tokenFile()), tls(vertx, config.tls())));
  }

  private static @Nullable Tokens tokens(@Nullable Path file) {
    if (file == null) {
      return null;
    }
    try {
      return Tokens.parse(Files.readString(file));
    } catch (IOException e) {
      throw new StartException("bridge.tcp.tokenFile: " + file + ": cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new StartException("bridge.tcp.tokenFile: " + file + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable TlsContext tls(Vertx vertx, @Nullable TlsConfig tls) {
    if (tls == null) {
      return null;
    }
    try {
      return TlsContext.server(vertx, tls.certFile(), tls.keyFile(), tls.clientCaFile());
    } catch (GeneralSecurityException e) {
      throw new StartException("bridge.tcp." + e.getMessage(), e);
    }
  }
}
