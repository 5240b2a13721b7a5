package dev.echomesh.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Keys and trust of one end of TLS connections, versions 1.2 and 1.3, read from PEM files.
 * Immutable. Making one reads files: not on an event loop.
 */
public final class TlsContext {
  private static final Duration LONGEST_SESSION = Duration.ofMinutes(10);

  private final io.netty.handler.ssl.SslContext context;
  private final Sessions sessions;
  private final AtomicInteger connections = new AtomicInteger();

  /** Whether connections of a client build on each other (RFC 8446 §2.2). */
  public enum Sessions {
    /** No: each makes the whole handshake. */
    NEW,
    /** They do where the server lets them; at the latest after ten minutes one does not. */
    RESUMED
  }

  private TlsContext(SslContextBuilder builder, Sessions sessions) throws GeneralSecurityException {
    this.sessions = sessions;
    switch (sessions) {
      case NEW -> builder.sessionCacheSize(1);
      case RESUMED -> builder.sessionTimeout(LONGEST_SESSION.toSeconds());
    }
    try {
      this.context = builder.sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2").build();
    } catch (javax.net.ssl.SSLException e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
  }

  /**
   * A server's.
   *
   * @param certFile the chain, leaf first
   * @param keyFile its private key
   * @param clientCaFile authorities of the client certificates that are then required
   * @throws GeneralSecurityException if a file cannot be used; the message is for the user
   */
  public static TlsContext server(
      Vertx vertx, Path certFile, Path keyFile, @Nullable Path clientCaFile)
      throws GeneralSecurityException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(PemFiles.keys(vertx, certFile, keyFile));
    if (clientCaFile != null) {
      builder
          .trustManager(PemFiles.trust(vertx, "tls.clientCaFile", clientCaFile))
          .clientAuth(ClientAuth.REQUIRE);
    }
    return new TlsContext(builder, Sessions.RESUMED);
  }

  /**
   * A client's.
   *
   * @param caFile authorities to trust; null for those of the Java installation
   * @param certFile own chain, if the server asks for one
   * @param keyFile its private key
   * @param verifyHost whether the certificate must be for the server's name or address (RFC 9525)
   * @param sessions whether its connections build on each other
   * @throws GeneralSecurityException if a file cannot be used; the message is for the user
   */
  public static TlsContext client(
      Vertx vertx,
      @Nullable Path caFile,
      @Nullable Path certFile,
      @Nullable Path keyFile,
      boolean verifyHost,
      Sessions sessions)
      throws GeneralSecurityException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm(verifyHost ? "HTTPS" : "");
    if (caFile != null) {
      builder.trustManager(PemFiles.trust(vertx, "tls.caFile", caFile));
    }
    if (certFile != null && keyFile != null) {
      builder.keyManager(PemFiles.keys(vertx, certFile, keyFile));
    }
    return new TlsContext(builder, sessions);
  }

  /**
   * Of an end that is server to some and client to others, for sockets of the JDK.
   *
   * @param certFile the chain, leaf first
   * @param keyFile its private key
   * @param caFile authorities of the others
   * @throws GeneralSecurityException if a file cannot be used; the message is for the user
   */
  public static SSLContext mutual(Vertx vertx, Path certFile, Path keyFile, Path caFile)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        PemFiles.keys(vertx, certFile, keyFile).getKeyManagers(),
        PemFiles.trust(vertx, "tls.caFile", caFile).getTrustManagers(),
        null);
    return context;
  }

  /** A client's that trusts one certificate, whatever its name. */
  public static TlsContext trusting(Vertx vertx, Buffer certificate) throws Exception {
    return new TlsContext(
        SslContextBuilder.forClient()
            .endpointIdentificationAlgorithm("")
            .trustManager(
                new PemTrustOptions().addCertValue(certificate).getTrustManagerFactory(vertx)),
        Sessions.NEW);
  }

  /**
   * Puts TLS under everything else in the pipeline; a client's handshake begins at once.
   *
   * @param tasks does the arithmetic of the handshake
   */
  Handler install(
      Channel channel, String peerHost, int peerPort, Duration handshakeTimeout, Executor tasks) {
    SSLEngine engine = context.newEngine(channel.alloc(), peerHost, sessionPort(peerPort));
    Handler handler = new Handler(engine, new HandshakeTasks(channel, tasks, System::nanoTime));
    handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
    handler.setCumulator(TlsContext::append);
    // whoever closes decides how long a peer may take, not this handler
    handler.setCloseNotifyFlushTimeoutMillis(0);
    channel.pipeline().addFirst("ssl", handler);
    return handler;
  }

  /**
   * As {@link #install}, on a channel that was just accepted; lets nothing but TLS through to it.
   */
  Handler accept(Channel accepted, Duration handshakeTimeout, Executor tasks) {
    InetSocketAddress client = (InetSocketAddress) accepted.remoteAddress();
    Handler handler =
        install(
            accepted,
            client.getAddress().getHostAddress(),
            client.getPort(),
            handshakeTimeout,
            tasks);
    accepted.pipeline().addFirst(new TlsOnly(() -> handler.handshakeFuture().isSuccess()));
    return handler;
  }

  /**
   * The port that the JDK looks for a session by, and is told for nothing else: where no two
   * connections have the same, none finds one.
   */
  private int sessionPort(int peerPort) {
    return sessions == Sessions.NEW ? connections.incrementAndGet() & Integer.MAX_VALUE : peerPort;
  }

  /**
   * What is left of a TLS record and the bytes that follow it, in no more memory than that. Netty's
   * own way grows the buffer from read to read and was measured to leave each stalled peer 2 MiB of
   * it.
   */
  private static ByteBuf append(ByteBufAllocator allocator, ByteBuf left, ByteBuf more) {
    if (!left.isReadable() && more.isContiguous()) {
      left.release();
      return more;
    }
    ByteBuf both = allocator.buffer(left.readableBytes() + more.readableBytes());
    both.writeBytes(left).writeBytes(more);
    left.release();
    more.release();
    return both;
  }

  /**
   * Forgets what is left when the connection has ended, which is no whole record or comes after an
   * error. Netty would take it for a record once more, and put all of it into an exception as text.
   */
  static final class Handler extends SslHandler {
    private final HandshakeTasks tasks;

    private @Nullable Runnable fin;

    private Handler(SSLEngine engine, HandshakeTasks tasks) {
      super(engine, false, tasks);
      this.tasks = tasks;
      tasks.whenNonePends(this::passFin);
    }

    /**
     * Holds the peer's FIN back while the arithmetic for what came before it is being done: Netty
     * would forget that, the certificate of an honest client and all of its data among it.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof ChannelInputShutdownEvent && tasks.pend()) {
        fin =
            () -> {
              try {
                super.userEventTriggered(ctx, event);
              } catch (Exception e) {
                ctx.fireExceptionCaught(e);
              }
            };
      } else {
        super.userEventTriggered(ctx, event);
      }
    }

    private void passFin() {
      Runnable held = fin;
      if (held != null) {
        fin = null;
        held.run();
      }
    }

    /** As {@link HandshakeTasks#haveBegun}. */
    boolean hasBegun() {
      return tasks.haveBegun();
    }

    /** As {@link HandshakeTasks#peersTurnNanos}. */
    long peersTurnNanos() {
      return tasks.peersTurnNanos();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      ByteBuf left = internalBuffer();
      left.skipBytes(left.readableBytes());
      super.channelInactive(ctx);
    }
  }
}
