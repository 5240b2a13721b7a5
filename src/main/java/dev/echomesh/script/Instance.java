package dev.echomesh.script;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A verticle whose later failures are reported too, and that holds nobody up for long. */
final class Instance implements Deployable {
  private static final long START_SECONDS = 30;
  private static final long STOP_SECONDS = 5;

  private final Callable<? extends Deployable> maker;
  private final ScriptErrors errors;
  private @Nullable Deployable verticle;

  Instance(Callable<? extends Deployable> maker, ScriptErrors errors) {
    this.maker = maker;
    this.errors = errors;
  }

  @Override
  public Future<?> deploy(Context context) throws Exception {
    context.exceptionHandler(errors::report);
    Deployable made = maker.call();
    verticle = made;
    return made.deploy(context).timeout(START_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public Future<?> undeploy(Context context) throws Exception {
    return verticle == null
        ? Future.succeededFuture()
        : verticle.undeploy(context).timeout(STOP_SECONDS, TimeUnit.SECONDS);
  }
}
