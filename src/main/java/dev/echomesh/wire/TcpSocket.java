package dev.echomesh.wire;

import dev.echomesh.spec.TcpInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Executor;
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
  /** Vert.x's own handler. */
  private static final String BEFORE = "handler";

  private final SocketListener listener;
  private final Channel channel;
  private final InetSocketAddress localAddress;
  private final InetSocketAddress remoteAddress;
  private final boolean tls;
  private final Unsent unsent;
  private final Input input;
  private final Output output;
  private final Reading reading;

  private @Nullable Future<Channel> handshake;
  private boolean peerEnded;
  private boolean closed;
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
    this.input = new Input();
    channel.pipeline().addBefore(BEFORE, "echomesh", input);
    this.output = new Output(channel.pipeline().context(input), tls, unsent, input);
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
   *
   * @param tasks does the arithmetic of the handshake
   */
  public static TcpSocket attachTls(
      NetSocket accepted,
      SocketListener listener,
      TlsContext tls,
      Duration handshakeTimeout,
      Executor tasks) {
    Channel channel = ((NetSocketInternal) accepted).channelHandlerContext().channel();
    InetSocketAddress client = (InetSocketAddress) channel.remoteAddress();
    SslHandler handler =
        tls.install(
            channel,
            client.getAddress().getHostAddress(),
            client.getPort(),
            handshakeTimeout,
            tasks);
    channel.pipeline().addFirst(new TlsOnly());
    TcpSocket socket = attach(accepted, listener);
    socket.handshake = handler.handshakeFuture();
    return socket;
  }

  /**
   * Gives up what Vert.x keeps for a socket that it has accepted, two thirds of the heap that an
   * idle connection takes. Vert.x's metrics do not see it end then.
   *
   * @param portClosed run, on the event loop, when the server has closed its port to shut down,
   *     instead of the handler that was set for that
   */
  public void leaveVertx(Runnable portClosed) {
    input.portClosed = portClosed;
    var unused = channel.pipeline().remove(BEFORE);
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
    output.write(bytes);
  }

  /**
   * Offers the kernel everything that was written.
   *
   * @return whether it took all of it; if not, {@link SocketListener#drained()} follows
   */
  public boolean flush() {
    return output.flush();
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
    output.end();
  }

  /**
   * Closes both halves once everything written went out, however long the peer takes to read it;
   * {@link #reset()} cuts that short.
   */
  public void close() {
    output.close();
  }

  /** Closes at once with RST (RFC 9293 §3.5.3); what was not sent is lost. */
  public void reset() {
    output.reset();
  }

  /**
   * As {@link #reset}, because something of ours was thrown; {@link SocketListener#closed} is told
   * of it in a {@link ListenerException}.
   */
  public void defect(Throwable thrown) {
    if (failure == null && !closed) {
      failure = new ListenerException(thrown);
    }
    reset();
  }

  private void fail(Throwable cause) {
    if (failure == null && !closed) {
      // that the channel is closed is no cause; what closed it is
      failure = cause instanceof ClosedChannelException ? null : cause;
      output.abandon();
    }
    channel.unsafe().close(channel.voidPromise());
  }

  private void end(PeerEnd end) {
    if (!peerEnded && failure == null && !closed) {
      peerEnded = true;
      guarded(() -> listener.peerEnded(end));
    }
  }

  /** Whatever the listener throws costs this connection, and no other. */
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      defect(e);
    }
  }

  private final class Input extends ChannelInboundHandlerAdapter implements Output.Events {
    private boolean closeNotify;
    private @Nullable Runnable portClosed;

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
      } else if (event instanceof ShutdownEvent && portClosed != null) {
        portClosed.run();
      }
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!(cause instanceof ReceiveBuffers.ReadingPaused)) {
        fail(cause);
      } else if (reading.isReset()) {
        fail(new IOException("Connection reset by peer"));
      } else {
        reading.finSeen();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      closed = true;
      output.abandon();
      try {
        listener.closed(failure);
      } finally {
        // or a draining server would wait for a connection that is gone
        ctx.fireChannelInactive();
      }
    }

    @Override
    public void drained() {
      guarded(listener::drained);
    }

    @Override
    public void failed(Throwable cause) {
      if (!closed) {
        fail(cause);
      }
    }
  }
}
