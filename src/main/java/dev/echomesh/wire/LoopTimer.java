package dev.echomesh.wire;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * Wakes an event loop at a time, to the precision that its transport has: nanoseconds of a timer on
 * epoll and io_uring, milliseconds on NIO. Vert.x's own timers count in milliseconds. Event loop
 * only.
 */
public final class LoopTimer {
  private final EventLoop eventLoop;

  /** The timer of the context's event loop. */
  public LoopTimer(Context context) {
    this.eventLoop = ((ContextInternal) context).nettyEventLoop();
  }

  /**
   * Runs the task once.
   *
   * @param atNanos of {@link System#nanoTime()}; a time that is past means as soon as possible
   */
  public void at(long atNanos, Runnable task) {
    long delay = Math.max(0, atNanos - System.nanoTime());
    var unused = eventLoop.schedule(task, delay, TimeUnit.NANOSECONDS);
  }
}
