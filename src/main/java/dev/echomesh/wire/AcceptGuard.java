package dev.echomesh.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a port from accepting more than can be served, and from spinning while the system lets no
 * connection be accepted (EMFILE, ENFILE, ENOMEM in accept(2)): the connection stays in the backlog
 * and its readiness would be told again and again. Accepting pauses instead and is tried again a
 * few times a second.
 *
 * <p>Netty does the same once a second and logs a stack trace each time; standing before it, this
 * handler tells a listener instead. Vert.x offers no way to a server's own channel but its
 * transport, and that knows nothing of the server: so the listener is handed over on the side, by
 * {@link #listen}.
 */
public final class AcceptGuard extends ChannelInboundHandlerAdapter {
  /** How long accepting pauses after it failed. */
  public static final long RETRY_MILLIS = 250;

  /** How long no attempt must fail until accepting counts as recovered. */
  public static final long RECOVERY_MILLIS = 2000;

  /**
   * Connections that have been accepted and that no event loop has taken over yet, and those whose
   * TLS handshake waits for its arithmetic. A flood is accepted faster than it is served: without a
   * bound, what has not been come to would fill the heap. What is not accepted waits in the
   * system's queue, in the order in which it came.
   */
  static final int MOST_UNDER_WAY = 128;

  private static final ThreadLocal<@Nullable AcceptListener> LISTENING = new ThreadLocal<>();
  private static final AttributeKey<AcceptGuard> OF_SERVER =
      AttributeKey.valueOf(AcceptGuard.class, "guard");

  private final AcceptListener listener;
  private final boolean inRounds;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger holds = new AtomicInteger();

  private @Nullable ChannelHandlerContext server;

  // of the server's event loop
  private long failures;
  private boolean failing;
  private boolean full;

  /** Accepted in spite of the pause: an io_uring accepts all there is at once. */
  private final Deque<Channel> waiting = new ArrayDeque<>();

  AcceptGuard(AcceptListener listener, boolean inRounds) {
    this.listener = listener;
    this.inRounds = inRounds;
  }

  /** Has the server listen, its failures to accept told to the listener. */
  public static Future<NetServer> listen(
      NetServer server, int port, String host, AcceptListener listener) {
    LISTENING.set(listener);
    try {
      return server.listen(port, host);
    } finally {
      LISTENING.remove();
    }
  }

  /**
   * For a transport to call when it configures a server; nothing happens to one not of ours.
   *
   * @param inRounds whether the transport does what a loop asks for, to close a connection too,
   *     only between two rounds of the loop's tasks
   */
  public static void install(ServerBootstrap server, boolean inRounds) {
    AcceptListener listener = LISTENING.get();
    if (listener != null) {
      server.handler(new AcceptGuard(listener, inRounds));
    }
  }

  /** Of the port that accepted a connection; null where nothing guards it. */
  public static @Nullable AcceptGuard of(NetSocket accepted) {
    return of(((NetSocketInternal) accepted).channelHandlerContext().channel());
  }

  /** As {@link #of(NetSocket)}; null for a connection of any other origin. */
  static @Nullable AcceptGuard of(Channel connection) {
    Channel port = connection.parent();
    return port == null ? null : port.attr(OF_SERVER).get();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    server = ctx;
    ctx.channel().attr(OF_SERVER).set(this);
  }

  /**
   * Has the port accept no more until {@link #release()}, but for what is on its way to event loops
   * already. Who holds it several times has to release it as often. Any thread.
   */
  public void hold() {
    holds.incrementAndGet();
    onServer(ctx -> ctx.channel().config().setAutoRead(false));
  }

  /** The opposite of {@link #hold()}. Any thread. */
  public void release() {
    if (holds.decrementAndGet() == 0) {
      onServer(this::goOn);
    }
  }

  private void onServer(Consumer<ChannelHandlerContext> task) {
    ChannelHandlerContext ctx = Objects.requireNonNull(server);
    ctx.channel().eventLoop().execute(() -> task.accept(ctx));
  }

  /** There is something more to be done for a connection; any thread. */
  void begun() {
    if (underWay.incrementAndGet() >= MOST_UNDER_WAY) {
      onServer(
          ctx -> {
            // or whoever goes on has been before
            if (underWay.get() > MOST_UNDER_WAY / 2) {
              pause(ctx);
            }
          });
    }
  }

  /** What had begun is done; any thread. */
  void done() {
    if (underWay.decrementAndGet() == MOST_UNDER_WAY / 2) {
      onServer(
          ctx -> {
            full = false;
            goOn(ctx);
          });
    }
  }

  private void pause(ChannelHandlerContext ctx) {
    full = true;
    ctx.channel().config().setAutoRead(false);
  }

  /** Keeps the connections that event loops have not taken over yet from becoming too many. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    if (mayAccept()) {
      handOver(ctx, (Channel) accepted);
    } else {
      waiting.add((Channel) accepted);
    }
  }

  private void handOver(ChannelHandlerContext ctx, Channel accepted) {
    accepted.pipeline().addLast(new Arrival(this::done, inRounds));
    if (underWay.incrementAndGet() >= MOST_UNDER_WAY) {
      pause(ctx);
    }
    ctx.fireChannelRead(accepted);
  }

  private void goOn(ChannelHandlerContext ctx) {
    while (mayAccept() && !waiting.isEmpty()) {
      handOver(ctx, waiting.remove());
    }
    acceptOn(ctx.channel());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    waiting.forEach(accepted -> accepted.unsafe().closeForcibly());
    waiting.clear();
    ctx.fireChannelInactive();
  }

  private boolean mayAccept() {
    return !full && holds.get() == 0;
  }

  private void acceptOn(Channel server) {
    if (mayAccept() && !failing) {
      server.config().setAutoRead(true);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    failures++;
    failing = true;
    long before = failures;
    Channel server = ctx.channel();
    server.config().setAutoRead(false);
    var unused =
        server
            .eventLoop()
            .schedule(
                () -> {
                  failing = false;
                  acceptOn(server);
                },
                RETRY_MILLIS,
                TimeUnit.MILLISECONDS);
    var unusedToo =
        server
            .eventLoop()
            .schedule(
                () -> {
                  if (failures == before) {
                    listener.acceptRecovered();
                  }
                },
                RETRY_MILLIS + RECOVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    listener.acceptFailed(String.valueOf(cause.getMessage()));
  }

  /**
   * Runs when its connection's event loop has taken it over, and is gone. A flood must not put off
   * the next round of the loop where that counts, so there it has taken over when that begins.
   */
  private static final class Arrival extends ChannelHandlerAdapter {
    private final Runnable arrived;
    private final boolean inRounds;

    Arrival(Runnable arrived, boolean inRounds) {
      this.arrived = arrived;
      this.inRounds = inRounds;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      if (inRounds) {
        var unusedToo = ctx.channel().eventLoop().schedule(arrived, 0, TimeUnit.NANOSECONDS);
      } else {
        arrived.run();
      }
      var unused = ctx.pipeline().remove(this);
    }
  }
}
