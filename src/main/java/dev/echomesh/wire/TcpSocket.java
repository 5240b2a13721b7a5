package dev.echomesh.wire;

import dev.echomesh.spec.TcpInfo;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
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

  private final Channel channel;
  private final InetSocketAddress localAddress;
  private final InetSocketAddress remoteAddress;
  private final Teardown teardown;
  private final Unsent unsent;
  private final Input input;
  private final Output output;
  private final Reading reading;

  private TlsContext.@Nullable Handler handshake;

  private TcpSocket(NetSocketInternal socket, SocketListener listener) {
    this.channel = socket.channelHandlerContext().channel();
    this.localAddress = (InetSocketAddress) channel.localAddress();
    this.remoteAddress = (InetSocketAddress) channel.remoteAddress();
    boolean tls = channel.pipeline().get(SslHandler.class) != null;
    this.teardown = new Teardown(tls);
    this.unsent = new Unsent(channel, tls);
    this.reading = new Reading(channel, unsent);
    ReceiveBuffers.install(channel, tls, listener::readsSparingly);
    this.input = new Input(this, listener, teardown, reading);
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
    TlsContext.Handler handler = tls.accept(channel, handshakeTimeout, tasks);
    TcpSocket socket = attach(accepted, listener);
    socket.handshake = handler;
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
    input.onPortClosed(portClosed);
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
    return input.received();
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
    return handshake != null && !handshake.handshakeFuture().isSuccess();
  }

  /** Whether the client has begun the TLS handshake. */
  public boolean handshakeHasBegun() {
    return handshake != null && handshake.hasBegun();
  }

  /** For how long the TLS handshake has waited for the client; zero while the client waits. */
  public long handshakeWaitsNanos() {
    return handshake == null ? 0 : handshake.peersTurnNanos();
  }

  /** What TLS agreed on; null for plain TCP. */
  public @Nullable SSLSession tlsSession() {
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    return ssl == null ? null : ssl.engine().getSession();
  }

  public boolean isClosed() {
    return teardown.isClosed();
  }

  /**
   * What the kernel knows of this connection; null where it cannot be asked, which is off epoll.
   */
  public @Nullable TcpInfo tcpInfo() {
    return KernelTcp.info(channel);
  }

  /**
   * From now on {@link #bytesSent()} and {@link #queuedBytes()} tell sooner that a slow peer takes
   * something: after some 100 KiB, where the kernel says so only once in a megabyte. On epoll only.
   */
  public void watchSlowPeer() {
    KernelTcp.keepLittleUnsent(channel);
  }

  /** Queues the chunk and takes it over; {@link #flush()} sends it. */
  public void write(Chunk chunk) {
    write(chunk.take());
  }

  /** Queues the buffer, which must not change any more; {@link #flush()} sends it. */
  public void write(Buffer buffer) {
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
    teardown.failed(new ListenerException(thrown));
    reset();
  }

  /** The connection does not work any more; it is closed for that cause, if it is the first. */
  void fail(Throwable cause) {
    if (teardown.failed(cause)) {
      output.abandon();
    }
    channel.unsafe().close(channel.voidPromise());
  }

  /** The channel is closed. */
  void gone() {
    teardown.closed();
    output.abandon();
  }
}
