package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.Cause;
import dev.echomesh.wire.ConnectFailure;
import dev.echomesh.wire.TcpClient;
import dev.echomesh.wire.TlsContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the connections of a run, times each step and classifies what fails. Event loop only. */
final class Connector {
  private final ProbeLoop loop;
  private final TcpClient client;
  private final TestRequest request;
  private final Resolution resolution;
  private final @Nullable TlsContext tls;
  private final LoopResult result;
  private final BooleanSupplier abandoned;

  /**
   * A connector.
   *
   * @param resolution the addresses of the target, tried in this order; asked for again for every
   *     connection of {@link TestMode#CONNECT}
   * @param abandoned whether no further attempt shall be made
   */
  Connector(
      ProbeLoop loop,
      TcpClient.Options options,
      TestRequest request,
      Resolution resolution,
      @Nullable TlsContext tls,
      LoopResult result,
      BooleanSupplier abandoned) {
    this.loop = loop;
    this.client = loop.client(options);
    this.request = request;
    this.resolution = resolution;
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
    Supplier<Future<Resolution>> again = resolution.again();
    if (again == null || request.mode() != TestMode.CONNECT) {
      attempt(id, resolution.addresses(), 0, null, startNanos, measured, promise);
    } else {
      long askedAt = System.nanoTime();
      again
          .get()
          .onSuccess(
              found -> {
                // what the name took is not the handshake's
                long start = startNanos + System.nanoTime() - askedAt;
                resolved(id, found, start, measured, promise);
              })
          .onFailure(cause -> unusable(id, Outcome.UNRESOLVED, cause, promise));
    }
    return promise.future();
  }

  private void resolved(
      int id,
      Resolution found,
      long startNanos,
      boolean measured,
      Promise<@Nullable NetSocket> promise) {
    if (found.latency() != null && measured) {
      result.resolve.add(found.latency());
    }
    if (found.addresses().isEmpty()) {
      unusable(id, Outcome.UNRESOLVED, new UnknownHostException(found.problem()), promise);
    } else {
      attempt(id, found.addresses(), 0, null, startNanos, measured, promise);
    }
  }

  private void unusable(
      int id, Outcome outcome, Throwable cause, Promise<@Nullable NetSocket> promise) {
    failed(id, outcome, cause);
    promise.complete(null);
  }

  /** Lets go of what it took for the run. */
  Future<Void> close() {
    return loop.release(client);
  }

  /**
   * Tries one address after the other.
   *
   * @param telling why an address before could not be used, if that tells the most so far
   */
  private void attempt(
      int id,
      List<InetAddress> addresses,
      int attempt,
      @Nullable Throwable telling,
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
              Throwable most = telling == null ? cause : ConnectFailure.tellingMore(telling, cause);
              if (attempt + 1 < addresses.size() && !abandoned.getAsBoolean()) {
                attempt(id, addresses, attempt + 1, most, System.nanoTime(), measured, promise);
              } else {
                unusable(id, outcome(ConnectFailure.of(most)), most, promise);
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
              unusable(id, Outcome.TLS_FAILED, cause, promise);
            });
  }

  private void failed(int id, Outcome outcome, Throwable cause) {
    result.unusable(outcome);
    result.problem("connection " + id + ": " + outcome.key() + ": " + Cause.inShort(cause));
  }

  private static Outcome outcome(ConnectFailure failure) {
    return switch (failure) {
      case REFUSED -> Outcome.REFUSED;
      case UNREACHABLE -> Outcome.UNREACHABLE;
      case TIMEOUT -> Outcome.CONNECT_TIMEOUT;
      case LOCAL_LIMIT -> Outcome.LOCAL_LIMIT;
    };
  }
}
