package dev.echomesh.tester;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.RequestException;
import dev.echomesh.wire.PemFileException;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the TLS files that a request names, on threads that may wait. */
final class ClientTlsFiles implements TlsContexts.Files {
  private final Vertx vertx;
  private final TlsContext.Sessions sessions;

  /**
   * A reader.
   *
   * @param sessions of what is made of the files
   */
  ClientTlsFiles(Vertx vertx, TlsContext.Sessions sessions) {
    this.vertx = vertx;
    this.sessions = sessions;
  }

  /** Empty for plain TCP; fails as {@link #load} does. */
  Future<Optional<TlsContext>> loadIfAny(@Nullable ClientTls tls) {
    return tls == null ? Future.succeededFuture(Optional.empty()) : load(tls).map(Optional::of);
  }

  /** Fails with {@link RequestException} naming the file's field. */
  @Override
  public Future<TlsContext> load(ClientTls tls) {
    return vertx.executeBlocking(
        () -> {
          try {
            return TlsContext.client(
                vertx,
                path("tls.caFile", tls.caFile()),
                path("tls.certFile", tls.certFile()),
                path("tls.keyFile", tls.keyFile()),
                tls.verifyHost(),
                sessions);
          } catch (PemFileException e) {
            throw RequestException.invalid(e.key(), e.complaint());
          }
        });
  }

  @Override
  public Future<String> digest(ClientTls tls) {
    return vertx.executeBlocking(
        () ->
            content("tls.caFile", tls.caFile())
                + content("tls.certFile", tls.certFile())
                + content("tls.keyFile", tls.keyFile()));
  }

  /** Of a file that cannot be read, the reason. */
  private static String content(String field, @Nullable String file)
      throws NoSuchAlgorithmException {
    try {
      Path path = path(field, file);
      return path == null
          ? ""
          : HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static @Nullable Path path(String field, @Nullable String file) {
    try {
      return file == null ? null : Path.of(file);
    } catch (InvalidPathException e) {
      throw RequestException.invalid(field, file, "the name of a file");
    }
  }
}
