package dev.echomesh.wire;

import io.vertx.core.Vertx;
import io.vertx.core.internal.WorkerExecutorInternal;
import java.util.concurrent.Executor;

/**
 * Threads for the arithmetic of servers' TLS handshakes, a millisecond or more of it each: a flood
 * of them on event loops would keep everybody else there waiting. All of a Vert.x have them in
 * common, half as many as it has processors. Keep it in a field: threads are given back when it is
 * garbage-collected, as when the verticle ends that has made it.
 */
public final class TlsTasks implements Executor {
  private static final String NAME = "echomesh-tls";

  private final WorkerExecutorInternal threads;

  /** For the verticle that is starting. */
  public TlsTasks(Vertx vertx) {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    this.threads = (WorkerExecutorInternal) vertx.createSharedWorkerExecutor(NAME, count);
  }

  @Override
  public void execute(Runnable task) {
    threads.pool().executor().execute(task);
  }
}
