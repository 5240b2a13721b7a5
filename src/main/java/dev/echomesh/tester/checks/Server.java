package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckRequest;
import dev.echomesh.spec.Cause;
import dev.echomesh.wire.ConnectFailure;
import dev.echomesh.wire.TcpClient;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The server under check, and the connections that one check has to it. Event loop only. */
final class Server {
  private final Vertx vertx;
  private final TcpClient client;
  private final CheckRequest request;
  private final List<InetAddress> addresses;
  private final @Nullable TlsContext tls;
  private final int maxConnections;
  private final LostTime lostTime = new LostTime(System::nanoTime);
  private final long beat;
  private final List<EchoStream> streams = new ArrayList<>();
  private boolean over;

  /**
   * A server.
   *
   * @param addresses at least one; the first one that can be connected to is used
   * @param maxConnections at the same time, 1 or more
   */
  Server(
      Vertx vertx,
      TcpClient client,
      CheckRequest request,
      List<InetAddress> addresses,
      @Nullable TlsContext tls,
      int maxConnections) {
    this.vertx = vertx;
    this.client = client;
    this.request = request;
    this.addresses = List.copyOf(addresses);
    this.tls = tls;
    this.maxConnections = maxConnections;
    this.beat = vertx.setPeriodic(LostTime.BEAT_MILLIS, id -> lostTime.beat());
  }

  Vertx vertx() {
    return vertx;
  }

  boolean gentle() {
    return request.gentle();
  }

  CheckRequest request() {
    return request;
  }

  Duration timeout() {
    return request.timeout();
  }

  List<InetSocketAddress> addresses() {
    return addresses.stream()
        .map(address -> new InetSocketAddress(address, request.target().socket().port()))
        .toList();
  }

  /** How many connections to have at once, where so many are wanted. */
  int connections(int usual, int gentle) {
    return Math.min(maxConnections, request.gentle() ? gentle : usual);
  }

  /** How long the checker itself was kept from running since the check began. */
  Duration lost() {
    return Duration.ofNanos(lostTime.lostNanos());
  }

  /**
   * Many connections that are there at once, by number; fails with the first {@link NoConnection}.
   */
  Future<List<EchoStream>> openAll(int count, IntFunction<Content> contents) {
    return new Ramp(count, number -> open(contents.apply(number))).run();
  }

  /** A connection to the first address that takes one; fails with {@link NoConnection}. */
  Future<EchoStream> open(Content content) {
    return open(content, 0);
  }

  private Future<EchoStream> open(Content content, int attempt) {
    Future<EchoStream> opened = open(addresses().get(attempt), content);
    return attempt + 1 == addresses.size()
        ? opened
        : opened.recover(failure -> open(content, attempt + 1));
  }

  Future<EchoStream> open(InetSocketAddress address, Content content) {
    if (over) {
      return Future.failedFuture(isOver());
    }
    long lostBefore = lostTime.lostNanos();
    return client
        .connect(address, request.timeout())
        .recover(cause -> Future.failedFuture(noConnection(address, cause, lostBefore)))
        .compose(socket -> secured(socket, address))
        .compose(
            socket -> {
              if (over) {
                var unused = socket.close();
                return Future.failedFuture(isOver());
              }
              EchoStream stream =
                  new EchoStream(vertx, socket, content, request.timeout(), lostTime);
              streams.add(stream);
              return Future.succeededFuture(stream);
            });
  }

  private Future<NetSocket> secured(NetSocket socket, InetSocketAddress address) {
    if (tls == null) {
      return Future.succeededFuture(socket);
    }
    long lostBefore = lostTime.lostNanos();
    return client
        .startTls(socket, tls, request.target().socket().host(), request.timeout())
        .map(socket)
        .recover(
            cause -> {
              var unused = socket.close();
              return Future.failedFuture(
                  TcpClient.isHandshakeTimeout(cause) && wasStarved(lostBefore)
                      ? starved(address)
                      : new NoConnection(
                          ConnectFailure.REFUSED,
                          text(address) + ": no TLS: " + Cause.inShort(cause)));
            });
  }

  /** Does nothing for the time. */
  Future<Void> pause(Duration time) {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(Math.max(1, time.toMillis()), id -> over.complete());
    return over.future();
  }

  /** Does it with one after the other, as long as nothing has failed. */
  static <T> Future<Void> each(List<T> items, Findings findings, Function<T, Future<Void>> task) {
    Future<Void> done = Future.succeededFuture();
    for (T item : items) {
      done =
          done.compose(before -> findings.failed() ? Future.succeededFuture() : task.apply(item));
    }
    return done;
  }

  /** Ends all connections that are left; there will be no other. */
  void close() {
    over = true;
    vertx.cancelTimer(beat);
    streams.forEach(EchoStream::close);
  }

  private static NoConnection isOver() {
    return new NoConnection(ConnectFailure.LOCAL_LIMIT, "the check is over");
  }

  static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** Whether so much of a timeout was lost that nothing can be said of the server. */
  private boolean wasStarved(long lostBefore) {
    return (lostTime.lostNanos() - lostBefore) * 2 > request.timeout().toNanos();
  }

  private static NoConnection starved(InetSocketAddress address) {
    return new NoConnection(
        ConnectFailure.LOCAL_LIMIT,
        text(address) + ": this machine was too busy to wait for an answer");
  }

  private NoConnection noConnection(InetSocketAddress address, Throwable cause, long lostBefore) {
    ConnectFailure kind = ConnectFailure.of(cause);
    if (kind == ConnectFailure.TIMEOUT && wasStarved(lostBefore)) {
      return starved(address);
    }
    return new NoConnection(
        kind,
        text(address)
            + ": "
            + (kind == ConnectFailure.LOCAL_LIMIT
                ? "this machine is out of local ports or file handles"
                : kind == ConnectFailure.TIMEOUT
                    ? "no answer to the connection request"
                    : kind.name().toLowerCase(Locale.ROOT)));
  }
}
