package dev.echomesh.web;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds how many connections there are, and how long one may take over a request, however it
 * drips: an idle timeout alone is renewed by every byte. Event loop only.
 */
final class SlowClients {
  private final Vertx vertx;
  private final int maxConnections;
  private final long requestMillis;
  private final Map<HttpConnection, Long> deadlines = new HashMap<>();

  /**
   * Nobody yet.
   *
   * @param request for a whole request, from the end of the one before
   */
  SlowClients(Vertx vertx, int maxConnections, Duration request) {
    this.vertx = vertx;
    this.requestMillis = request.toMillis();
    this.maxConnections = maxConnections;
  }

  void opened(HttpConnection connection) {
    if (deadlines.size() >= maxConnections) {
      connection.close();
      return;
    }
    await(connection);
    // not its close handler: a WebSocket takes the place of whoever calls that
    ((ConnectionBase) connection).closeFuture().onComplete(closed -> gone(connection));
  }

  private void gone(HttpConnection connection) {
    Long deadline = deadlines.remove(connection);
    if (deadline != null) {
      vertx.cancelTimer(deadline);
    }
  }

  /** A request's head is there; its body, too, has to come in time. */
  void requested(HttpServerRequest request) {
    again(request.connection());
    request.response().endHandler(ended -> again(request.connection()));
  }

  /** All of the request is there; what is waited for now is our answer. */
  void complete(HttpServerRequest request) {
    Long deadline = deadlines.replace(request.connection(), -1L);
    if (deadline != null) {
      vertx.cancelTimer(deadline);
    }
  }

  private void again(HttpConnection connection) {
    if (deadlines.containsKey(connection)) {
      await(connection);
    }
  }

  private void await(HttpConnection connection) {
    Long before =
        deadlines.put(connection, vertx.setTimer(requestMillis, id -> connection.close()));
    if (before != null) {
      vertx.cancelTimer(before);
    }
  }
}
