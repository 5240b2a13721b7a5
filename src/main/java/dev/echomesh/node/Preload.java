package dev.echomesh.node;

import dev.echomesh.config.Transport;
import dev.echomesh.metrics.NodeMetrics;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServerOptions;
import java.util.List;

/**
 * Classes and native libraries that are needed in a moment, loaded ahead of time on the calling
 * thread; what cannot be loaded shows when it is needed.
 */
public final class Preload {
  private static final List<String> NETWORK =
      List.of(
          "io.vertx.core.impl.VertxImpl",
          "io.vertx.core.net.impl.NetServerImpl",
          "io.netty.bootstrap.ServerBootstrap",
          "io.netty.resolver.dns.DnsNameResolverBuilder",
          "dev.echomesh.echo.EchoVerticle");

  private Preload() {}

  /** What a configuration is read with. */
  public static void configuration() {
    load(() -> new JsonObject("{\"a\": [1, \"b\"]}"));
  }

  /** What every command needs that opens or makes connections. */
  public static void network() {
    load(
        () -> {
          new VertxOptions();
          new NetServerOptions();
          Transports.choose(Transport.AUTO);
          for (String name : NETWORK) {
            Class.forName(name);
          }
          new AdaptiveByteBufAllocator().directBuffer(64).release();
        });
  }

  /** What a node needs beside that. */
  public static void node() {
    load(() -> new NodeMetrics().registry().close());
  }

  private static void load(Loading loading) {
    try {
      loading.run();
    } catch (ClassNotFoundException | LinkageError e) {
      // nothing is lost: this was only to be early
    }
  }

  /** Uses what shall be loaded. */
  private interface Loading {
    void run() throws ClassNotFoundException;
  }
}
