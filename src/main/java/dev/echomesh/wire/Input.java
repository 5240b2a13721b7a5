package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.net.impl.ShutdownEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a socket: takes what comes out of the channel's pipeline and calls the
 * listener with it. Whatever the listener throws costs this connection, and no other. Event loop
 * only.
 */
final class Input extends ChannelInboundHandlerAdapter implements Output.Events {
  private final TcpSocket socket;
  private final SocketListener listener;
  private final Teardown teardown;
  private final Reading reading;
  private @Nullable Runnable portClosed;
  private long received;

  /** Nothing has come yet. */
  Input(TcpSocket socket, SocketListener listener, Teardown teardown, Reading reading) {
    this.socket = socket;
    this.listener = listener;
    this.teardown = teardown;
    this.reading = reading;
  }

  /** Bytes that the listener was given. */
  long received() {
    return received;
  }

  /** See {@link TcpSocket#leaveVertx}. */
  void onPortClosed(Runnable task) {
    portClosed = task;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    received += bytes.readableBytes();
    Chunk chunk = new Chunk(bytes);
    try {
      listener.received(chunk);
    } catch (RuntimeException | Error e) {
      chunk.releaseUnlessTaken();
      socket.defect(e);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    try {
      listener.receivedBatch();
    } catch (RuntimeException | Error e) {
      socket.defect(e);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshaken && handshaken.isSuccess()) {
      listener.secured();
    } else if (event instanceof SslHandshakeCompletionEvent failed
        && failed.cause() instanceof SslHandshakeTimeoutException late) {
      // of which no exception tells
      teardown.failed(late);
    } else if (event instanceof SslCloseCompletionEvent notify && notify.isSuccess()) {
      tell(teardown.closeNotify());
    } else if (event instanceof ChannelInputShutdownEvent) {
      tell(teardown.fin(!socket.lacksTls()));
    } else if (event instanceof ShutdownEvent && portClosed != null) {
      portClosed.run();
    }
    ctx.fireUserEventTriggered(event);
  }

  private void tell(@Nullable PeerEnd end) {
    if (end != null) {
      guarded(() -> listener.peerEnded(end));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof ReceiveBuffers.ReadingPaused)) {
      socket.fail(cause);
    } else if (KernelTcp.isReset(ctx.channel())) {
      socket.fail(new IOException("Connection reset by peer"));
    } else {
      reading.finSeen();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    socket.gone();
    try {
      listener.closed(teardown.failure());
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
    if (!teardown.isClosed()) {
      socket.fail(cause);
    }
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      socket.defect(e);
    }
  }
}
