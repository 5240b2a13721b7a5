package dev.echomesh.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** Answers every request with JSON, as the API of a node that does whatever a test wants. */
public final class JsonServer implements AutoCloseable {
  private final HttpServer server;

  private JsonServer(HttpServer server) {
    this.server = server;
  }

  public static JsonServer start(
      Vertx vertx, int status, Function<HttpMethod, JsonObject> answers) {
    return new JsonServer(
        LocalNode.await(
            vertx
                .createHttpServer()
                .requestHandler(
                    asked ->
                        asked
                            .response()
                            .setStatusCode(status)
                            .putHeader("Content-Type", "application/json")
                            .end(answers.apply(asked.method()).toBuffer()))
                .listen(0, "127.0.0.1")));
  }

  public int port() {
    return server.actualPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    var unused = LocalNode.await(server.close());
  }
}
