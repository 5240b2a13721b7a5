package dev.echomesh.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** The least a Vert.x program can do before it echoes: what the start of a node is compared to. */
public final class BareVertxServer {

  private BareVertxServer() {}

  /**
   * Listens on loopback and prints {@code listening PORT} once it does.
   *
   * @param args the port (0 picks one), then {@code epoll} (the default) or {@code nio}
   */
  public static void main(String[] args) {
    int port = Integer.parseInt(args[0]);
    boolean epoll = args.length < 2 || args[1].equals("epoll");
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(epoll));
    vertx
        .createNetServer()
        .connectHandler(socket -> socket.handler(socket::write))
        .listen(port, "127.0.0.1")
        .onComplete(
            server -> System.out.println("listening " + server.actualPort()),
            failure -> {
              System.err.println(failure.getMessage());
              System.exit(1);
            });
  }
}
