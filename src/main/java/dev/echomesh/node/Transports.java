package dev.echomesh.node;

import dev.echomesh.config.StartException;
import dev.echomesh.config.Transport;
import io.vertx.core.Vertx;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the transport that a configuration asks for. */
final class Transports {
  private Transports() {}

  /**
   * The transport; never a silent second choice.
   *
   * @throws StartException if the one asked for is not available here
   */
  static io.vertx.core.transport.Transport choose(Transport wanted) {
    return switch (wanted) {
      case AUTO -> {
        io.vertx.core.transport.Transport epoll = found(GuardedTransport::epoll);
        yield epoll != null && epoll.available() ? epoll : GuardedTransport.nio();
      }
      case EPOLL -> required(wanted, found(GuardedTransport::epoll));
      case IO_URING -> required(wanted, found(GuardedTransport::ioUring));
      case NIO -> GuardedTransport.nio();
    };
  }

  /** Null if its library is not on the class path. */
  private static io.vertx.core.transport.@Nullable Transport found(
      Supplier<io.vertx.core.transport.Transport> transport) {
    try {
      return transport.get();
    } catch (LinkageError e) {
      return null;
    }
  }

  /**
   * The name of the transport that a Vert.x has.
   *
   * @throws StartException if another is wanted
   */
  static String of(Vertx vertx, Transport wanted) {
    io.vertx.core.spi.transport.Transport used = ((VertxInternal) vertx).transport();
    Transport has =
        used instanceof EpollTransport
            ? Transport.EPOLL
            : used instanceof IoUringTransport ? Transport.IO_URING : Transport.NIO;
    if (wanted != Transport.AUTO && wanted != has) {
      throw new StartException(
          "node.transport: %s is not what the Vert.x has that the node shall run on (expected %s or auto)"
              .formatted(wanted.key(), has.key()));
    }
    return has.key();
  }

  private static io.vertx.core.transport.Transport required(
      Transport wanted, io.vertx.core.transport.@Nullable Transport found) {
    if (found == null || !found.available()) {
      throw new StartException(
          "node.transport: "
              + wanted.key()
              + " is not available on this machine ("
              + (found == null ? "its library is not on the class path" : why(found))
              + "); use auto or nio");
    }
    return found;
  }

  private static String why(io.vertx.core.transport.Transport transport) {
    Throwable cause = transport.unavailabilityCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null
        ? "no reason given"
        : String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
