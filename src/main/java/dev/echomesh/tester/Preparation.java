package dev.echomesh.tester;

import dev.echomesh.bus.AddressFamily;
import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.Target;
import dev.echomesh.wire.PemFileException;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds out where a request leads, within what is permitted, and loads its TLS files. */
final class Preparation {
  private final Vertx vertx;
  private final Supplier<AllowList> allow;

  /**
   * A preparation.
   *
   * @param allow what is permitted now
   */
  Preparation(Vertx vertx, Supplier<AllowList> allow) {
    this.vertx = vertx;
    this.allow = allow;
  }

  /** What a request needs before it can be carried out. */
  record Ready(Resolution resolution, @Nullable TlsContext tls) {}

  /** Fails with {@link RequestException} if it is not permitted or a file cannot be used. */
  Future<Ready> ready(
      Target target, AddressFamily family, Duration timeout, @Nullable ClientTls tls) {
    return Future.all(loadTls(tls), Resolution.of(vertx, target.host(), timeout))
        .map(
            both -> {
              Optional<TlsContext> context = both.resultAt(0);
              return new Ready(permitted(both.resultAt(1), target, family), context.orElse(null));
            });
  }

  /** The addresses that may be used; fails with {@link RequestException} if none may. */
  Future<Resolution> resolve(Target target, Duration timeout) {
    return Resolution.of(vertx, target.host(), timeout)
        .map(resolution -> permitted(resolution, target, AddressFamily.ANY));
  }

  /** Empty for plain TCP; fails with {@link RequestException} naming the file's field. */
  Future<Optional<TlsContext>> loadTls(@Nullable ClientTls tls) {
    if (tls == null) {
      return Future.succeededFuture(Optional.empty());
    }
    return vertx.executeBlocking(
        () -> {
          try {
            return Optional.of(
                TlsContext.client(
                    vertx,
                    path("tls.caFile", tls.caFile()),
                    path("tls.certFile", tls.certFile()),
                    path("tls.keyFile", tls.keyFile()),
                    tls.verifyHost()));
          } catch (PemFileException e) {
            throw RequestException.invalid(e.key(), e.complaint());
          }
        });
  }

  /**
   * Leaves the addresses that may be tested. What is tested is what was checked: nothing is
   * resolved again.
   */
  private Resolution permitted(Resolution resolution, Target target, AddressFamily family) {
    List<InetAddress> ofFamily = resolution.addresses().stream().filter(family::includes).toList();
    if (ofFamily.isEmpty() && resolution.problem() == null) {
      return resolution.none(family);
    }
    List<InetAddress> permitted = ofFamily.stream().filter(allow.get()::permits).toList();
    if (permitted.isEmpty() && resolution.problem() == null) {
      throw new RequestException(
          Failure.NOT_ALLOWED,
          "target: %s is %s (expected an address in tester.allow: %s)"
              .formatted(target, resolution.addresses().get(0).getHostAddress(), allow.get()));
    }
    return resolution.only(permitted);
  }

  private static @Nullable Path path(String field, @Nullable String file) {
    try {
      return file == null ? null : Path.of(file);
    } catch (InvalidPathException e) {
      throw RequestException.invalid(field, file, "the name of a file");
    }
  }
}
