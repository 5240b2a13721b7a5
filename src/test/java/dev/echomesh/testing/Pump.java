package dev.echomesh.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Daemon threads that keep a process's pipes moving. */
final class Pump {
  private static final long PATIENCE_SECONDS = 10;

  private Pump() {}

  static CompletableFuture<byte[]> readAll(InputStream in) {
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    start(
        "read",
        () -> {
          try (in) {
            result.complete(in.readAllBytes());
          } catch (IOException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  static CompletableFuture<Void> run(String role, Runnable task) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    start(
        role,
        () -> {
          task.run();
          result.complete(null);
        });
    return result;
  }

  /** The result, once the process has ended; a grandchild that holds the pipe is not waited for. */
  static byte[] get(CompletableFuture<byte[]> result) throws InterruptedException {
    try {
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new UncheckedIOException((IOException) e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the pipe was still open after the process had ended", e);
    }
  }

  private static void start(String role, Runnable task) {
    Thread thread = new Thread(task, "process-" + role);
    thread.setDaemon(true);
    thread.start();
  }
}
