package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a socket: queues what is written, offers it to the kernel, knows what that
 * has taken, and ends the half or the connection. Event loop only.
 */
final class Output {
  private final Channel channel;
  private final ChannelHandlerContext ctx;
  private final Unsent unsent;
  private final Events events;
  private final @Nullable DirectSend direct;

  /** Written and not flushed, with nothing queued before it; for {@link #direct}. */
  private @Nullable ByteBuf first;

  private boolean ended;
  private boolean marking;

  /** What is queued will not be sent any more; io_uring takes its time to close after that. */
  private boolean aborted;

  /** Told on the event loop. */
  interface Events {
    /** Something written before has reached the kernel. */
    void drained();

    /** What was written could not be sent; nothing that is written later will be. */
    void failed(Throwable cause);
  }

  /**
   * Nothing is written yet.
   *
   * @param ctx where in the channel's pipeline to write
   * @param tls whether what is written has to go through that pipeline to become records
   */
  Output(ChannelHandlerContext ctx, boolean tls, Unsent unsent, Events events) {
    this.channel = ctx.channel();
    this.direct = DirectSend.of(channel, tls);
    this.ctx = ctx;
    this.unsent = unsent;
    this.events = events;
  }

  /** Queues the bytes; {@link #flush()} sends them. */
  void write(ByteBuf bytes) {
    unsent.add(bytes);
    if (direct != null && first == null && DirectSend.canSend(bytes) && direct.isPossible()) {
      first = bytes;
    } else {
      queueFirst();
      queue(bytes);
    }
  }

  private void queue(ByteBuf bytes) {
    var unused = ctx.write(bytes, ctx.voidPromise());
  }

  private void queueFirst() {
    if (first != null) {
      queue(first);
      first = null;
    }
  }

  /** As {@link TcpSocket#flush()}. */
  boolean flush() {
    if (sendFirst()) {
      return true;
    }
    unsent.offer();
    ctx.flush();
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    if (out == null || aborted) {
      return false;
    }
    if (out.totalPendingWriteBytes() == 0) {
      unsent.reachedAll();
      return true;
    }
    mark();
    return unsent.isEmpty();
  }

  /** Whether the kernel took all that was written; if not, the rest is queued. */
  private boolean sendFirst() {
    ByteBuf bytes = first;
    if (direct == null || bytes == null) {
      return false;
    }
    first = null;
    try {
      if (direct.isPossible() && direct.send(bytes)) {
        bytes.release();
        unsent.reachedAll();
        return true;
      }
      queue(bytes);
    } catch (IOException e) {
      bytes.release();
      events.failed(e);
    }
    return false;
  }

  /** As {@link TcpSocket#endOutput()}. */
  void end() {
    ended = true;
    afterFlush(
        () -> {
          SslHandler ssl = channel.pipeline().get(SslHandler.class);
          if (ssl != null) {
            var unused = ssl.closeOutbound().addListener(notified -> shutdown());
          } else {
            shutdown();
          }
        });
  }

  /** As {@link TcpSocket#close()}. */
  void close() {
    if (ended && unsent.isEmpty()) {
      var unused = ctx.close();
      return;
    }
    afterFlush(
        () -> {
          var unused = ctx.close();
        });
  }

  /** As {@link TcpSocket#reset()}. */
  void reset() {
    abandon();
    if (channel.isOpen()) {
      // one that is closed already, and has only not said so yet, takes no option
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.unsafe().close(channel.voidPromise());
  }

  /** Nothing more will be sent. */
  void abandon() {
    unsent.end();
    aborted = true;
    if (first != null) {
      first.release();
      first = null;
    }
  }

  private void shutdown() {
    var unused = ((DuplexChannel) channel).shutdownOutput();
  }

  private void afterFlush(Runnable action) {
    onFlushed(
        flushed -> {
          if (flushed.isSuccess()) {
            unsent.reachedAll();
            action.run();
          } else {
            events.failed(flushed.cause());
          }
        });
  }

  /** Follows what is queued now through the pipeline. */
  private void mark() {
    if (marking) {
      return;
    }
    marking = true;
    Unsent.Mark mark = unsent.mark();
    onFlushed(
        flushed -> {
          marking = false;
          if (flushed.isSuccess()) {
            unsent.reached(mark);
            if (!unsent.isEmpty()) {
              mark();
            }
            events.drained();
          }
        });
  }

  private void onFlushed(ChannelFutureListener listener) {
    queueFirst();
    unsent.offer();
    var unused = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(listener);
  }
}
