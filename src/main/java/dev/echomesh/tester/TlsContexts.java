package dev.echomesh.tester;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of many probes, whose files are read once for all of them, and again after a minute because
 * certificates are renewed. Event loop only.
 */
final class TlsContexts {
  private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
  private static final long AGE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Function<ClientTls, Future<Optional<TlsContext>>> load;
  private final Map<ClientTls, Kept> kept = new HashMap<>();

  private record Kept(Future<Optional<TlsContext>> context, long loadedNanos) {}

  /** Loads with the function what it does not have. */
  TlsContexts(Function<ClientTls, Future<Optional<TlsContext>>> load) {
    this.load = load;
  }

  /**
   * Empty for plain TCP. Fails if the files have never been good; files that were and are not any
   * more are gone on with, and that is logged.
   */
  Future<Optional<TlsContext>> get(@Nullable ClientTls tls, long nowNanos) {
    if (tls == null) {
      return Future.succeededFuture(Optional.empty());
    }
    Kept before = kept.get(tls);
    if (before != null && nowNanos - before.loadedNanos < AGE_NANOS) {
      return before.context;
    }
    kept.values().removeIf(each -> nowNanos - each.loadedNanos > 10 * AGE_NANOS);
    Future<Optional<TlsContext>> loaded = load.apply(tls).recover(cause -> old(before, cause));
    kept.put(tls, new Kept(loaded, nowNanos));
    return loaded.onFailure(cause -> kept.remove(tls));
  }

  private static Future<Optional<TlsContext>> old(@Nullable Kept before, Throwable cause) {
    if (before == null) {
      return Future.failedFuture(cause);
    }
    LOG.warn("probes go on with the TLS files as they were: {}", cause.getMessage());
    return before.context;
  }
}
