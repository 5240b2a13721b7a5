package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.wire.ConnectFailure;
import dev.echomesh.wire.TcpClient;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Makes the connections of a run, times each step and classifies what fails. Event loop only. */
final class Connector {
  private final ProbeLoop loop;
  private final TcpClient client;
  private final TestRequest request;
  private final List<InetAddress> addresses;
  private final @Nullable TlsContext tls;
  private final LoopResult result;
  private final BooleanSupplier abandoned;

  /**
   * A connector.
   *
   * @param addresses of the target, tried in this order
   * @param abandoned whether no further attempt shall be made
   */
  Connector(
      ProbeLoop loop,
      TcpClient.Options options,
      TestRequest request,
      List<InetAddress> addresses,
      @Nullable TlsContext tls,
      LoopResult result,
      BooleanSupplier abandoned) {
    this.loop = loop;
    this.client = loop.client(options);
    this.request = request;
    this.addresses = addresses;
    this.tls = tls;
    this.result = result;
    this.abandoned = abandoned;
  }

  /**
   * Makes a connection; one that fails is entered in the result, and the future is null.
   *
   * @param startNanos when the clock of the TCP handshake starts
   * @param measured whether its times count
   */
  Future<@Nullable NetSocket> connect(int id, long startNanos, boolean measured) {
    Promise<@Nullable NetSocket> promise = Promise.promise();
    attempt(id, 0, startNanos, measured, promise);
    return promise.future();
  }

  /** Lets go of what it took for the run. */
  Future<Void> close() {
    return loop.release(client);
  }

  private void attempt(
      int id,
      int attempt,
      long startNanos,
      boolean measured,
      Promise<@Nullable NetSocket> promise) {
    client
        .connect(
            new InetSocketAddress(addresses.get(attempt), request.target().socket().port()),
            request.timeout())
        .onSuccess(
            socket -> {
              if (measured) {
                result.connect.record(System.nanoTime() - startNanos);
              }
              secure(id, socket, measured, promise);
            })
        .onFailure(
            cause -> {
              if (attempt + 1 < addresses.size() && !abandoned.getAsBoolean()) {
                attempt(id, attempt + 1, System.nanoTime(), measured, promise);
              } else {
                failed(id, outcome(ConnectFailure.of(cause)), cause);
                promise.complete(null);
              }
            });
  }

  private void secure(
      int id, NetSocket socket, boolean measured, Promise<@Nullable NetSocket> promise) {
    if (tls == null) {
      promise.complete(socket);
      return;
    }
    long startedAt = System.nanoTime();
    client
        .startTls(socket, tls, request.target().socket().host(), request.timeout())
        .onSuccess(
            secured -> {
              if (measured) {
                result.tls.record(System.nanoTime() - startedAt);
              }
              promise.complete(socket);
            })
        .onFailure(
            cause -> {
              socket.close();
              failed(id, Outcome.TLS_FAILED, cause);
              promise.complete(null);
            });
  }

  private void failed(int id, Outcome outcome, Throwable cause) {
    result.failed++;
    result.outcomes = result.outcomes.plus(new Outcomes(Map.of(outcome, 1L)));
    result.problem("connection " + id + ": " + outcome.key() + ": " + firstLine(cause));
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
