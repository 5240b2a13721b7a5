package dev.echomesh.node;

import dev.echomesh.wire.AcceptGuard;
import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/**
 * Vert.x's transports, with {@link AcceptGuard} in every server that asks for it. Vert.x's own
 * constants of them load the native libraries of all at once, which takes a good part of the time
 * to the first open port.
 */
final class GuardedTransport {
  private GuardedTransport() {}

  static Transport epoll() {
    EpollTransport guarded =
        new EpollTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
            AcceptGuard.install(server, false);
            super.configure(options, domainSocket, server);
          }
        };
    return new TransportInternal(
        "epoll", guarded.isAvailable(), guarded.unavailabilityCause(), guarded);
  }

  static Transport ioUring() {
    IoUringTransport guarded =
        new IoUringTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
            AcceptGuard.install(server, true);
            super.configure(options, domainSocket, server);
          }
        };
    return new TransportInternal(
        "io_uring", guarded.isAvailable(), guarded.unavailabilityCause(), guarded);
  }

  static Transport nio() {
    NioTransport guarded =
        new NioTransport() {
          @Override
          public void configure(
              NetServerOptions options, boolean domainSocket, ServerBootstrap server) {
            AcceptGuard.install(server, false);
            super.configure(options, domainSocket, server);
          }
        };
    return new TransportInternal("nio", true, null, guarded);
  }
}
