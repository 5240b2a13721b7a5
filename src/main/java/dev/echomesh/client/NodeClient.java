package dev.echomesh.client;

import dev.echomesh.bus.Failure;
import dev.echomesh.bus.RequestException;
import dev.echomesh.spec.Cause;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node. Every future fails with {@link NodeException} if the node cannot be asked, and
 * with {@link RequestException} if it refuses the request itself. Any thread.
 */
public final class NodeClient {
  private static final int CONNECT_MILLIS = 10_000;
  private static final long ANSWER_MILLIS = 30_000;
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";

  private final NodeAddress node;
  private final HttpClient http;

  public NodeClient(Vertx vertx, NodeAddress node) {
    this.node = node;
    this.http = vertx.createHttpClient(options(node));
  }

  public Future<JsonObject> get(String path) {
    return ask(HttpMethod.GET, path, null);
  }

  public Future<JsonObject> post(String path, JsonObject body) {
    return ask(HttpMethod.POST, path, body);
  }

  public Future<JsonObject> delete(String path) {
    return ask(HttpMethod.DELETE, path, null);
  }

  private Future<JsonObject> ask(HttpMethod method, String path, @Nullable JsonObject body) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(node.host())
            .setPort(node.port())
            .setURI(path)
            .setTimeout(ANSWER_MILLIS);
    return http.request(options)
        .compose(request -> send(request, body))
        .recover(cause -> Future.failedFuture(explained(cause)));
  }

  /** On the request's event loop: from another thread, the answer may be over before it is read. */
  private Future<JsonObject> send(HttpClientRequest request, @Nullable JsonObject body) {
    request.putHeader("Accept", JSON);
    if (node.token() != null) {
      request.putHeader("Authorization", "Bearer " + node.token());
    }
    Future<HttpClientResponse> answered =
        body == null
            ? request.send()
            : request.putHeader("Content-Type", JSON).send(body.toBuffer());
    return answered.compose(response -> response.body().map(answer -> read(response, answer)));
  }

  private JsonObject read(HttpClientResponse response, Buffer body) {
    String type = String.valueOf(response.getHeader("Content-Type")).split(";", 2)[0].strip();
    // a node that is not well says so in a document of its own
    boolean unwell = response.statusCode() == 503 && type.equals(JSON);
    boolean success = response.statusCode() / 100 == 2 || unwell;
    if (!type.equals(success ? JSON : PROBLEM)) {
      throw new NodeException(
          "%s: not the API of a node: it answered %d with %s (expected JSON)"
              .formatted(node.url(), response.statusCode(), type));
    }
    JsonObject json;
    try {
      json = new JsonObject(body);
    } catch (DecodeException e) {
      throw new NodeException(node.url() + ": not the API of a node: what came is not JSON", e);
    }
    if (success) {
      return json;
    }
    throw refused(response.statusCode(), String.valueOf(json.getString("detail")));
  }

  private RuntimeException refused(int status, String detail) {
    if (status == 401) {
      return new NodeException(node.url() + ": wants to know who asks: " + detail);
    }
    return Failure.ofCode(status) == Failure.INTERNAL
        ? new NodeException(node.url() + ": answered " + status + ": " + detail)
        : RequestException.ofReply(status, detail);
  }

  private Throwable explained(Throwable cause) {
    if (cause instanceof NodeException || cause instanceof RequestException) {
      return cause;
    }
    return new NodeException(
        node.url() + ": the node cannot be asked: " + Cause.inShort(cause), cause);
  }

  private static HttpClientOptions options(NodeAddress node) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(CONNECT_MILLIS)
            .setSsl(node.isSecure())
            .setVerifyHost(!node.anyName());
    Path ca = node.caFile();
    if (ca != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()));
    }
    Path cert = node.certFile();
    Path key = node.keyFile();
    if (cert != null && key != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions().addCertPath(cert.toString()).addKeyPath(key.toString()));
    }
    return options;
  }
}
