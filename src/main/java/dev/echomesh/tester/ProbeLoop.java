package dev.echomesh.tester;

import dev.echomesh.wire.TcpClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;

/** One event loop on which connections under test live, with the client that makes them. */
final class ProbeLoop extends VerticleBase {
  private TcpClient client;

  @Override
  public Future<?> start() {
    client = new TcpClient(vertx);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return client.close();
  }

  TcpClient client() {
    return client;
  }

  /** Runs something on this loop; the result arrives on whatever loop the caller then chooses. */
  <T> Future<T> call(Supplier<Future<T>> task) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        v -> Future.<T>succeededFuture().compose(ready -> task.get()).onComplete(promise));
    return promise.future();
  }

  long setTicker(long millis, Runnable tick) {
    return vertx.setPeriodic(millis, id -> tick.run());
  }

  void cancelTicker(long id) {
    vertx.cancelTimer(id);
  }
}
