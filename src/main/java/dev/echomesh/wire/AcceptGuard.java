package dev.echomesh.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a port from spinning while the system lets no connection be accepted (EMFILE, ENFILE,
 * ENOMEM in accept(2)): the connection stays in the backlog and its readiness would be told again
 * and again. Accepting pauses instead and is tried again a few times a second.
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

  private static final ThreadLocal<@Nullable AcceptListener> LISTENING = new ThreadLocal<>();

  private final AcceptListener listener;
  private long failures;

  AcceptGuard(AcceptListener listener) {
    this.listener = listener;
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

  /** For a transport to call when it configures a server; nothing happens to one not of ours. */
  public static void install(ServerBootstrap server) {
    AcceptListener listener = LISTENING.get();
    if (listener != null) {
      server.handler(new AcceptGuard(listener));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    failures++;
    long before = failures;
    ctx.channel().config().setAutoRead(false);
    var unused =
        ctx.channel()
            .eventLoop()
            .schedule(
                () -> {
                  ctx.channel().config().setAutoRead(true);
                },
                RETRY_MILLIS,
                TimeUnit.MILLISECONDS);
    var unusedToo =
        ctx.channel()
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
}
