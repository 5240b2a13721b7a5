package dev.echomesh.wire;

import io.netty.channel.Channel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic that one connection's TLS handshake needs. While it waits for its turn, the port
 * that accepted the connection counts it among what it has not come to yet. Thread-safe.
 */
final class HandshakeTasks implements Executor {
  private final Channel channel;
  private final Executor threads;
  private final AtomicInteger owed = new AtomicInteger();
  private final LongSupplier nanoTime;
  private volatile long peersTurnAt;
  private volatile boolean begun;

  // on the event loop, which sees the end of a task after Netty has gone on with its result
  private int pending;
  private Runnable whenNonePends = () -> {};

  /** The first words are the peer's. */
  HandshakeTasks(Channel channel, Executor threads, LongSupplier nanoTime) {
    this.channel = channel;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.peersTurnAt = nanoTime.getAsLong();
  }

  /** To be run, on the event loop, each time that nothing is left to be reckoned. */
  void whenNonePends(Runnable task) {
    whenNonePends = task;
  }

  /** Whether something is being reckoned, or Netty has not gone on with it yet. Event loop only. */
  boolean pend() {
    return pending > 0;
  }

  /** For how long we have waited for the peer; zero while it waits for us. */
  long peersTurnNanos() {
    return owed.get() > 0 ? 0 : nanoTime.getAsLong() - peersTurnAt;
  }

  /** Whether the peer has said what there is to reckon for. */
  boolean haveBegun() {
    return begun;
  }

  @Override
  public void execute(Runnable task) {
    AcceptGuard port = AcceptGuard.of(channel);
    pending++;
    begin(port);
    try {
      threads.execute(
          () -> {
            try {
              unlessGone(task);
            } finally {
              done(port);
              tellTheLoop();
            }
          });
    } catch (RuntimeException | Error refused) {
      done(port);
      pending--;
      throw refused;
    }
  }

  /**
   * In a flood, many of those whose turn comes are gone, and to reckon for them would keep them,
   * and all that come after them, in memory for longer than it takes to fill it.
   */
  private void unlessGone(Runnable task) {
    if (channel.isOpen()) {
      task.run();
    }
  }

  private void tellTheLoop() {
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                if (--pending == 0) {
                  whenNonePends.run();
                }
              });
    } catch (RejectedExecutionException theLoopHasEnded) {
      // and the connection with it
    }
  }

  private void begin(@Nullable AcceptGuard port) {
    begun = true;
    owed.incrementAndGet();
    if (port != null) {
      port.begun();
    }
  }

  private void done(@Nullable AcceptGuard port) {
    peersTurnAt = nanoTime.getAsLong();
    owed.decrementAndGet();
    if (port != null) {
      port.done();
    }
  }
}
