package dev.echomesh.node;

import dev.echomesh.wire.AcceptGuard;
import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;

/** Vert.x's transports, with {@link AcceptGuard} in every server that asks for it. */
final class GuardedTransport {
  private GuardedTransport() {}

  static io.vertx.core.transport.Transport of(io.vertx.core.transport.Transport transport) {
    return new TransportInternal(
        transport.name(), true, null, implementation(transport.implementation()));
  }

  private static Transport implementation(Transport original) {
    if (original instanceof EpollTransport) {
      return new EpollTransport() {
        @Override
        public void configure(
            NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
          AcceptGuard.install(server);
          super.configure(options, domainSocket, server);
        }
      };
    }
    if (original instanceof IoUringTransport) {
      return new IoUringTransport() {
        @Override
        public void configure(
            NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
          AcceptGuard.install(server);
          super.configure(options, domainSocket, server);
        }
      };
    }
    return new NioTransport() {
      @Override
      public void configure(
          NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
        AcceptGuard.install(server);
        super.configure(options, domainSocket, server);
      }
    };
  }
}
