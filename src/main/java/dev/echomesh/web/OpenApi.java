package dev.echomesh.web;

import dev.echomesh.spec.Version;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The API's own description, OpenAPI 3.1. */
final class OpenApi {
  private final Vertx vertx;
  private @Nullable Future<Reply> read;

  OpenApi(Vertx vertx) {
    this.vertx = vertx;
  }

  List<Operation> operations() {
    return List.of(Operation.get("/api/v1/openapi.json", call -> reply()));
  }

  private Future<Reply> reply() {
    if (read == null) {
      read = vertx.executeBlocking(OpenApi::document).map(Reply::json);
    }
    return read;
  }

  /** Reads the document that comes with the program. */
  static JsonObject document() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is not on the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, Object> root = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      JsonObject document = new JsonObject(root);
      document.getJsonObject("info").put("version", Version.current());
      return document;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
