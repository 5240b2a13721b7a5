package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.ConnectFailure;
import dev.echomesh.wire.FramePattern;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The connections of a run that live on one event loop. Event loop only. */
final class LoopShare {
  /** Connection attempts under way at the same time; a listen backlog is commonly 128 or more. */
  private static final int CONNECTING_AT_ONCE = 64;

  private final ProbeLoop loop;
  private final TestRequest request;
  private final FramePattern pattern;
  private final List<InetAddress> addresses;
  private final @Nullable TlsContext tls;
  private final List<Integer> ids;
  private final LoopResult result = new LoopResult();
  private final List<ProbeConnection> connections = new ArrayList<>();
  private final Promise<Void> connected = Promise.promise();
  private final Promise<LoopResult> done = Promise.promise();

  private int next;
  private int connecting;
  private int openConnections;
  private boolean abandoned;
  private long ticker = -1;

  /**
   * A share that has not begun.
   *
   * @param addresses of the target, tried in this order
   * @param ids of the connections, 0 to one less than the run's connections
   */
  LoopShare(
      ProbeLoop loop,
      TestRequest request,
      FramePattern pattern,
      List<InetAddress> addresses,
      @Nullable TlsContext tls,
      List<Integer> ids) {
    this.loop = loop;
    this.request = request;
    this.pattern = pattern;
    this.addresses = addresses;
    this.tls = tls;
    this.ids = ids;
  }

  ProbeLoop loop() {
    return loop;
  }

  /** Makes the connections; completes when each has been made or has failed. */
  Future<Void> connect() {
    while (connecting < CONNECTING_AT_ONCE && next < ids.size() && !abandoned) {
      connecting++;
      connect(ids.get(next++), 0);
    }
    if (connecting == 0) {
      connected.tryComplete();
    }
    return connected.future();
  }

  /** Starts to send on all connections; completes when the last one has ended. */
  Future<LoopResult> start(long measureFromNanos) {
    long tickMillis = Math.max(1, Math.min(50, request.timeout().toMillis() / 10));
    ticker =
        loop.setTicker(
            tickMillis,
            () -> connections.forEach(connection -> connection.tick(System.nanoTime())));
    openConnections = connections.size();
    connections.forEach(connection -> connection.start(measureFromNanos));
    completeIfDone();
    return done.future();
  }

  /** Sends no more, waits for what is outstanding. */
  void stop() {
    abandoned = true;
    connections.forEach(ProbeConnection::stop);
  }

  long ok() {
    return connections.stream().mapToLong(ProbeConnection::ok).sum();
  }

  long notOk() {
    return result.failed + connections.stream().mapToLong(ProbeConnection::notOk).sum();
  }

  private void connect(int id, int attempt) {
    InetSocketAddress remote =
        new InetSocketAddress(addresses.get(attempt), request.target().port());
    long startedAt = System.nanoTime();
    loop.client()
        .connect(remote, request.timeout())
        .onSuccess(
            socket -> {
              result.connect.record(System.nanoTime() - startedAt);
              if (tls == null) {
                opened(id, socket);
              } else {
                startTls(id, socket, tls);
              }
            })
        .onFailure(
            cause -> {
              if (attempt + 1 < addresses.size() && !abandoned) {
                connect(id, attempt + 1);
              } else {
                failed(id, outcome(ConnectFailure.of(cause)), cause);
              }
            });
  }

  private void startTls(int id, NetSocket socket, TlsContext setup) {
    long startedAt = System.nanoTime();
    loop.client()
        .startTls(socket, setup, request.target().host(), request.timeout())
        .onSuccess(
            secured -> {
              result.tls.record(System.nanoTime() - startedAt);
              opened(id, socket);
            })
        .onFailure(
            cause -> {
              socket.close();
              failed(id, Outcome.TLS_FAILED, cause);
            });
  }

  private void opened(int id, NetSocket socket) {
    result.opened++;
    long frames = framesOf(id);
    ProbeConnection connection =
        new ProbeConnection(id, request, pattern, frames, socket, result, this::closed);
    result.addresses.add(connection.addresses());
    connections.add(connection);
    attempted();
  }

  private void failed(int id, Outcome outcome, Throwable cause) {
    result.failed++;
    result.outcomes = result.outcomes.plus(new Outcomes(Map.of(outcome, 1L)));
    result.problem("connection " + id + ": " + outcome.key() + ": " + firstLine(cause));
    attempted();
  }

  private void attempted() {
    connecting--;
    connect();
  }

  private void closed() {
    openConnections--;
    completeIfDone();
  }

  private void completeIfDone() {
    if (openConnections == 0 && done.tryComplete(result)) {
      loop.cancelTicker(ticker);
    }
  }

  /** An equal part of the count; the first connections take what is left over. */
  private long framesOf(int id) {
    if (request.count() == 0) {
      return Long.MAX_VALUE;
    }
    long each = request.count() / request.connections();
    return id < request.count() % request.connections() ? each + 1 : each;
  }

  private static Outcome outcome(ConnectFailure failure) {
    return switch (failure) {
      case REFUSED -> Outcome.REFUSED;
      case UNREACHABLE -> Outcome.UNREACHABLE;
      case TIMEOUT -> Outcome.CONNECT_TIMEOUT;
      case LOCAL_LIMIT -> Outcome.LOCAL_LIMIT;
    };
  }

  private static String firstLine(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }
}
