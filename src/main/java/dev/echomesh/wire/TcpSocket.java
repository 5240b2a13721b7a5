package dev.echomesh.wire;

import dev.echomesh.spec.TcpInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket that tells the two halves of a connection apart and counts what it holds.
 *
 * <p>Vert.x's own socket closes both halves at the peer's FIN, and unsent bytes are lost with them;
 * it also copies what it reads and bounds its write queue by messages, not bytes. This class stands
 * in the pipeline before Vert.x's handler and takes the bytes there. Vert.x keeps accepting,
 * connecting, event loops and shutdown.
 *
 * <p>Event loop only, but for {@link #localAddress()} and {@link #remoteAddress()}.
 */
public final class TcpSocket {
  private static final String BEFORE = "handler";

  private final SocketListener listener;
  private final Channel channel;
  private final InetSocketAddress localAddress;
  private final InetSocketAddress remoteAddress;
  private final boolean tls;
  private final ChannelHandlerContext ctx;
  private final Unsent unsent;
  private final Reading reading;

  private @Nullable Future<Channel> handshake;
  private boolean outputEnded;
  private boolean peerEnded;
  private boolean closed;
  private boolean marking;

  /** What is queued will not be sent any more; io_uring takes its time to close after that. */
  private boolean aborted;

  private @Nullable Throwable failure;

  private long received;

  private TcpSocket(NetSocketInternal socket, SocketListener listener) {
    this.listener = listener;
    this.channel = socket.channelHandlerContext().channel();
    this.localAddress = (InetSocketAddress) channel.localAddress();
    this.remoteAddress = (InetSocketAddress) channel.remoteAddress();
    this.tls = channel.pipeline().get(SslHandler.class) != null;
    this.unsent = new Unsent(channel, tls);
    this.reading = new Reading(channel, unsent);
    ReceiveBuffers.install(channel, tls, listener::readsSparingly);
    Inbound inbound = new Inbound();
    channel.pipeline().addBefore(BEFORE, "echomesh", inbound);
    this.ctx = channel.pipeline().context(inbound);
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  /**
   * Takes over a socket that was just accepted or connected, before its event loop reads from it.
   * TLS, if any, is up already.
   */
  public static TcpSocket attach(NetSocket socket, SocketListener listener) {
    return new TcpSocket((NetSocketInternal) socket, listener);
  }

  /**
   * As {@link #attach}, for a socket that was just accepted and whose client shall begin with TLS.
   */
  public static TcpSocket attachTls(
      NetSocket accepted, SocketListener listener, TlsContext tls, Duration handshakeTimeout) {
    Channel channel = ((NetSocketInternal) accepted).channelHandlerContext().channel();
    InetSocketAddress client = (InetSocketAddress) channel.remoteAddress();
    SslHandler handler =
        tls.install(
            channel, client.getAddress().getHostAddress(), client.getPort(), handshakeTimeout);
    TcpSocket socket = attach(accepted, listener);
    socket.handshake = handler.handshakeFuture();
    return socket;
  }

  /**
   * The other end of a socket that was just accepted; null if it has reset the connection already.
   */
  public static @Nullable InetSocketAddress remoteAddressOf(NetSocket accepted) {
    return (InetSocketAddress)
        ((NetSocketInternal) accepted).channelHandlerContext().channel().remoteAddress();
  }

  public InetSocketAddress localAddress() {
    return localAddress;
  }

  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Bytes that the application side of this socket received. */
  public long bytesReceived() {
    return received;
  }

  /** Bytes of those written that the kernel took. */
  public long bytesSent() {
    return unsent.sentBytes();
  }

  /** Bytes of memory that written chunks hold until the kernel has taken them. */
  public long unsentMemory() {
    return unsent.memory();
  }

  /** Bytes that were offered to the kernel and not taken; over TLS, of records. */
  public long queuedBytes() {
    return unsent.queuedBytes();
  }

  /** Whether the kernel has taken everything that was written. */
  public boolean isDrained() {
    return unsent.isEmpty();
  }

  /** Whether TLS could not be agreed on, or not yet. */
  public boolean lacksTls() {
    return handshake != null && !handshake.isSuccess();
  }

  /** What TLS agreed on; null for plain TCP. */
  public @Nullable SSLSession tlsSession() {
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    return ssl == null ? null : ssl.engine().getSession();
  }

  public boolean isClosed() {
    return closed;
  }

  /**
   * What the kernel knows of this connection; null where it cannot be asked, which is off epoll.
   */
  public @Nullable TcpInfo tcpInfo() {
    if (!(channel instanceof EpollSocketChannel epoll) || !channel.isOpen()) {
      return null;
    }
    EpollTcpInfo info = epoll.tcpInfo();
    return new TcpInfo(
        info.totalRetrans(),
        info.rtt(),
        info.rttvar(),
        info.sndCwnd(),
        (int) info.pmtu(),
        (int) info.sndMss());
  }

  /** Queues the chunk and takes it over; {@link #flush()} sends it. */
  public void write(Chunk chunk) {
    write(chunk.take());
  }

  /** Queues the buffer, which must not change any more; {@link #flush()} sends it. */
  public void write(io.vertx.core.buffer.Buffer buffer) {
    write(((BufferInternal) buffer).getByteBuf());
  }

  void write(ByteBuf bytes) {
    unsent.add(bytes);
    var unused = ctx.write(bytes, ctx.voidPromise());
  }

  /**
   * Offers the kernel everything that was written.
   *
   * @return whether it took all of it; if not, {@link SocketListener#drained()} follows
   */
  public boolean flush() {
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
    return isDrained();
  }

  public void pauseReading() {
    reading.pause();
  }

  public void resumeReading() {
    reading.resume();
  }

  /**
   * Ends this side's half: what was written goes out first, then close_notify over TLS, then FIN.
   * The peer can go on sending.
   */
  public void endOutput() {
    outputEnded = true;
    afterFlush(
        () -> {
          SslHandler ssl = channel.pipeline().get(SslHandler.class);
          if (ssl != null) {
            var unused = ssl.closeOutbound().addListener(notified -> shutdownOutput());
          } else {
            shutdownOutput();
          }
        });
  }

  /**
   * Closes both halves once everything written went out, however long the peer takes to read it;
   * {@link #reset()} cuts that short.
   */
  public void close() {
    if (outputEnded && isDrained()) {
      var unused = ctx.close();
      return;
    }
    afterFlush(
        () -> {
          var unused = ctx.close();
        });
  }

  /** Closes at once with RST (RFC 9293 §3.5.3); what was not sent is lost. */
  public void reset() {
    unsent.end();
    aborted = true;
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.unsafe().close(channel.voidPromise());
  }

  private void shutdownOutput() {
    var unused = ((DuplexChannel) channel).shutdownOutput();
  }

  private void afterFlush(Runnable action) {
    onFlushed(
        flushed -> {
          if (flushed.isSuccess()) {
            unsent.reachedAll();
            action.run();
          } else if (!closed) {
            fail(flushed.cause());
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
            try {
              listener.drained();
            } catch (RuntimeException | Error e) {
              defect(e);
            }
          }
        });
  }

  private void onFlushed(ChannelFutureListener listener) {
    var unused = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(listener);
  }

  private void fail(Throwable cause) {
    if (failure == null && !closed) {
      // that the channel is closed is no cause; what closed it is
      failure = cause instanceof ClosedChannelException ? null : cause;
      unsent.end();
      aborted = true;
    }
    channel.unsafe().close(channel.voidPromise());
  }

  private void defect(Throwable cause) {
    if (failure == null && !closed) {
      failure = new ListenerException(cause);
    }
    reset();
  }

  private void end(PeerEnd end) {
    if (!peerEnded && failure == null && !closed) {
      peerEnded = true;
      try {
        listener.peerEnded(end);
      } catch (RuntimeException | Error e) {
        defect(e);
      }
    }
  }

  private final class Inbound extends ChannelInboundHandlerAdapter {
    private boolean closeNotify;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received += bytes.readableBytes();
      Chunk chunk = new Chunk(bytes);
      try {
        listener.received(chunk);
      } catch (RuntimeException | Error e) {
        chunk.releaseUnlessTaken();
        defect(e);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      try {
        listener.receivedBatch();
      } catch (RuntimeException | Error e) {
        defect(e);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshaken && handshaken.isSuccess()) {
        listener.secured();
      } else if (event instanceof SslCloseCompletionEvent notify) {
        closeNotify |= notify.isSuccess();
        if (closeNotify) {
          end(PeerEnd.ORDERLY);
        }
      } else if (event instanceof ChannelInputShutdownEvent) {
        end(tls && !closeNotify && !lacksTls() ? PeerEnd.TRUNCATED : PeerEnd.ORDERLY);
      }
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof ReceiveBuffers.ReadingPaused) {
        reading.finSeen();
      } else {
        fail(cause);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      closed = true;
      try {
        listener.closed(failure);
      } finally {
        // or a draining server would wait for a connection that is gone
        ctx.fireChannelInactive();
      }
    }
  }
}
