package dev.echomesh.junit5;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Futures and conditions for threads that may wait. */
final class Blocking {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private Blocking() {}

  /**
   * The result, or the cause of the failure thrown.
   *
   * @throws IllegalStateException on an event loop
   */
  static <T> T await(Future<T> future) {
    if (Context.isOnEventLoopThread()) {
      throw new IllegalStateException(
          "this call waits and must not be made on an event loop (expected the test's own thread, or executeBlocking)");
    }
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        cause.addSuppressed(new IllegalStateException("waited for here"));
        throw cause;
      }
      throw e;
    }
  }

  /** The first value that is as wanted, or the last one within the patience. */
  static <T> T poll(Supplier<T> values, Predicate<T> wanted, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    T value = values.get();
    while (!wanted.test(value) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        return value;
      }
      value = values.get();
    }
    return value;
  }
}
