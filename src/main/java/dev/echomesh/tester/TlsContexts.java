package dev.echomesh.tester;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of many probes, whose files are read once for all of them. After a minute they are looked at
 * again because certificates are renewed, and used if they have changed: to make keys of files
 * takes far longer than to read them. Event loop only.
 */
final class TlsContexts {
  private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
  private static final long AGE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Files files;
  private final Map<ClientTls, Kept> kept = new HashMap<>();

  /** Where they come from. */
  interface Files {
    /** Tells one content from another; that of a file that cannot be read is the reason. */
    Future<String> digest(ClientTls tls);

    /** Made of them. */
    Future<TlsContext> load(ClientTls tls);
  }

  private record Loaded(String digest, TlsContext context) {}

  private record Kept(Future<Loaded> loaded, long lookedNanos) {}

  TlsContexts(Files files) {
    this.files = files;
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
    if (before != null && nowNanos - before.lookedNanos < AGE_NANOS) {
      return before.loaded.map(loaded -> Optional.of(loaded.context));
    }
    kept.values().removeIf(each -> nowNanos - each.lookedNanos > 10 * AGE_NANOS);
    Kept now = new Kept(look(tls, before), nowNanos);
    kept.put(tls, now);
    return now.loaded
        .map(loaded -> Optional.of(loaded.context))
        .onFailure(cause -> kept.remove(tls, now));
  }

  private Future<Loaded> look(ClientTls tls, @Nullable Kept before) {
    Future<String> digest = files.digest(tls);
    if (before == null) {
      return digest.compose(now -> load(tls, now));
    }
    return before.loaded.compose(
        old ->
            digest.compose(
                now ->
                    now.equals(old.digest)
                        ? Future.succeededFuture(old)
                        : load(tls, now).recover(cause -> goOn(old, cause))));
  }

  private Future<Loaded> load(ClientTls tls, String digest) {
    return files.load(tls).map(context -> new Loaded(digest, context));
  }

  private static Future<Loaded> goOn(Loaded old, Throwable cause) {
    LOG.warn("probes go on with the TLS files as they were: {}", cause.getMessage());
    return Future.succeededFuture(old);
  }
}
