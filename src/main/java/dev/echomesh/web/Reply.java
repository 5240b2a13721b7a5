package dev.echomesh.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is sent back.
 *
 * @param type of the body
 * @param headers beside those that every reply has, which they replace
 */
record Reply(int status, String type, Buffer body, Map<String, String> headers) {
  static final String JSON = "application/json";

  Reply {
    headers = Map.copyOf(headers);
  }

  static Reply json(int status, JsonObject body) {
    return new Reply(status, JSON, Buffer.buffer(body.encodePrettily() + "\n"), Map.of());
  }

  static Reply json(JsonObject body) {
    return json(200, body);
  }

  Reply with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Reply(status, type, body, more);
  }
}
