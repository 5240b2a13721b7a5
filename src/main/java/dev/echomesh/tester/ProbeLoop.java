package dev.echomesh.tester;

import dev.echomesh.wire.LoopTimer;
import dev.echomesh.wire.TcpClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;

/** One event loop on which connections under test live, with the client that makes them. */
final class ProbeLoop extends VerticleBase {
  private TcpClient client;
  private LoopTimer timer;

  @Override
  public Future<?> start() {
    client = new TcpClient(vertx, TcpClient.Options.NONE);
    timer = new LoopTimer(context);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return client.close();
  }

  /** A client for these choices, to be given back by {@link #release}. */
  TcpClient client(TcpClient.Options options) {
    return options.equals(TcpClient.Options.NONE) ? client : new TcpClient(vertx, options);
  }

  Future<Void> release(TcpClient used) {
    return used == client ? Future.succeededFuture() : used.close();
  }

  LoopTimer timer() {
    return timer;
  }

  /** Runs something on this loop; the result arrives on whatever loop the caller then chooses. */
  <T> Future<T> call(Supplier<Future<T>> task) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            task.get().onComplete(promise);
          } catch (RuntimeException | OutOfMemoryError defect) {
            promise.fail(defect);
          }
        });
    return promise.future();
  }

  /** As {@link #call}; the result arrives on the given context. */
  <T> Future<T> callFrom(Context caller, Supplier<Future<T>> task) {
    Promise<T> promise = Promise.promise();
    call(task).onComplete(result -> caller.runOnContext(v -> promise.handle(result)));
    return promise.future();
  }

  long setTicker(long millis, Runnable tick) {
    return vertx.setPeriodic(millis, id -> tick.run());
  }

  void cancelTicker(long id) {
    vertx.cancelTimer(id);
  }
}
