package dev.echomesh.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
   * Connections that have been accepted and that no event loop has taken over yet. A flood is
   * accepted faster than it is served: without a bound, what it has not come to would fill the
   * heap.
   */
  static final int MOST_UNDER_WAY = 128;

  private static final ThreadLocal<@Nullable AcceptListener> LISTENING = new ThreadLocal<>();

  private final AcceptListener listener;
  private final boolean inRounds;
  private final AtomicInteger underWay = new AtomicInteger();

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

  /** Keeps the connections that event loops have not taken over yet from becoming too many. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    if (full) {
      waiting.add((Channel) accepted);
    } else {
      handOver(ctx, (Channel) accepted);
    }
  }

  private void handOver(ChannelHandlerContext ctx, Channel accepted) {
    accepted.pipeline().addLast(new Arrival(() -> arrived(ctx), inRounds));
    if (underWay.incrementAndGet() >= MOST_UNDER_WAY) {
      full = true;
      ctx.channel().config().setAutoRead(false);
    }
    ctx.fireChannelRead(accepted);
  }

  /** On the event loop of the connection. */
  private void arrived(ChannelHandlerContext ctx) {
    if (underWay.decrementAndGet() == MOST_UNDER_WAY / 2) {
      ctx.channel().eventLoop().execute(() -> goOn(ctx));
    }
  }

  private void goOn(ChannelHandlerContext ctx) {
    full = false;
    while (!full && !waiting.isEmpty()) {
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

  private void acceptOn(Channel server) {
    if (!full && !failing) {
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
