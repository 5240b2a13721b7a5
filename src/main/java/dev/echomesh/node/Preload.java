package dev.echomesh.node;

import dev.echomesh.config.Transport;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServerOptions;
import java.util.List;

/** Classes and native libraries that every node needs, loaded ahead of time. */
public final class Preload {
  private static final List<String> CLASSES =
      List.of(
          "io.vertx.core.impl.VertxImpl",
          "io.vertx.core.net.impl.NetServerImpl",
          "io.netty.bootstrap.ServerBootstrap",
          "io.netty.resolver.dns.DnsNameResolverBuilder",
          "dev.echomesh.echo.EchoVerticle");

  private Preload() {}

  /** Loads them on the calling thread; what cannot be loaded shows when it is needed. */
  public static void load() {
    try {
      new VertxOptions();
      new NetServerOptions();
      Transports.choose(Transport.AUTO);
      for (String name : CLASSES) {
        Class.forName(name);
      }
      new AdaptiveByteBufAllocator().directBuffer(64).release();
    } catch (ClassNotFoundException | LinkageError e) {
      // nothing is lost: this was only to be early
    }
  }
}
