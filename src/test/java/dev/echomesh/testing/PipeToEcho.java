package dev.echomesh.testing;

import dev.echomesh.config.Transport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** The echo of every Vert.x tutorial, which ends both halves at the client's FIN. */
public final class PipeToEcho implements AutoCloseable {
  private final Vertx vertx;
  private final NetServer server;

  private PipeToEcho(Vertx vertx) {
    this.vertx = vertx;
    this.server =
        await(
            vertx
                .createNetServer()
                .connectHandler(
                    socket -> {
                      // ends in failure when the client's FIN has closed the socket under it
                      var unused = socket.pipeTo(socket).otherwiseEmpty();
                    })
                .listen(0, "127.0.0.1"));
  }

  /** Skips the test, with the reason, where the kernel does not have the transport. */
  public static PipeToEcho start(Transport transport) {
    io.vertx.core.transport.Transport found =
        Objects.requireNonNull(
            switch (transport) {
              case EPOLL -> io.vertx.core.transport.Transport.EPOLL;
              case IO_URING -> io.vertx.core.transport.Transport.IO_URING;
              case NIO, AUTO -> io.vertx.core.transport.Transport.NIO;
            });
    Assumptions.assumeTrue(found.available(), () -> String.valueOf(found.unavailabilityCause()));
    return new PipeToEcho(Vertx.builder().withTransport(found).build());
  }

  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    var unused = vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
