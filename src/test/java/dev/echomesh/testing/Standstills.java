package dev.echomesh.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when this machine, or this JVM, does not let a thread run that wants to: to tell what a
 * test provoked from what a busy machine did.
 */
public final class Standstills implements AutoCloseable {
  private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Thread thread = new Thread(this::watchOn, "standstills");
  private volatile boolean ended;
  private volatile long longestNanos;

  private Standstills() {}

  /** Watches from now on until it is closed. */
  public static Standstills watch() {
    Standstills standstills = new Standstills();
    standstills.thread.setDaemon(true);
    standstills.thread.start();
    return standstills;
  }

  /** The longest so far. */
  public Duration longest() {
    return Duration.ofNanos(longestNanos);
  }

  private void watchOn() {
    while (!ended) {
      long before = System.nanoTime();
      LockSupport.parkNanos(BEAT_NANOS);
      longestNanos = Math.max(longestNanos, System.nanoTime() - before - BEAT_NANOS);
    }
  }

  @Override
  public void close() {
    ended = true;
  }
}
