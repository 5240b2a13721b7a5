package dev.echomesh.bridge;

import dev.echomesh.config.BridgeConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * The event bus for programs in other languages: the frames of Vert.x's own TCP bridge, with
 * permitted addresses only, tokens, TLS and limits. That one's parser keeps any length that a
 * client announces and its writes know no bound, so this is one of our own.
 */
public final class Bridge extends VerticleBase {
  private final BridgeConfig initial;
  private @Nullable BridgeConfig config;
  private @Nullable String deployment;
  private volatile @Nullable BridgeVerticle verticle;

  public Bridge(BridgeConfig initial) {
    this.initial = initial;
  }

  @Override
  public Future<?> start() {
    return take(initial);
  }

  /**
   * Opens, closes or moves the bridge, or takes up renewed files. Any thread; to be called again
   * only once the last call has completed.
   *
   * @return fails with {@link dev.echomesh.config.StartException} if that cannot be done
   */
  public Future<Void> follow(BridgeConfig wanted) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(v -> take(wanted).onComplete(done));
    return done.future();
  }

  private Future<Void> take(BridgeConfig wanted) {
    if (!wanted.enabled()) {
      return close();
    }
    return Access.load(vertx, wanted)
        .compose(
            access -> {
              BridgeVerticle running = verticle;
              if (running != null && wanted.equals(config)) {
                running.renew(access);
                return Future.succeededFuture();
              }
              return close().compose(closed -> open(wanted, access));
            });
  }

  /** The real port; 0 if it is off. */
  public int port() {
    BridgeVerticle running = verticle;
    return running == null ? 0 : running.port();
  }

  private Future<Void> open(BridgeConfig wanted, Access access) {
    BridgeVerticle opening = new BridgeVerticle(wanted, access);
    return vertx
        .deployVerticle(opening)
        .onSuccess(
            id -> {
              config = wanted;
              deployment = id;
              verticle = opening;
            })
        .mapEmpty();
  }

  private Future<Void> close() {
    String open = deployment;
    deployment = null;
    verticle = null;
    config = null;
    return open == null ? Future.succeededFuture() : vertx.undeploy(open);
  }
}
