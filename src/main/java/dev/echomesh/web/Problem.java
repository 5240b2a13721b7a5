package dev.echomesh.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not carried out, as in RFC 9457. Its type is {@code about:blank}: the status
 * says the kind, the detail the case.
 *
 * @param detail for whoever asked, one line
 * @param field of the request that is at fault; null if it is none
 * @param headers that belong to the status
 */
record Problem(int status, String detail, @Nullable String field, Map<String, String> headers) {
  static final String TYPE = "application/problem+json";

  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(406, "Not Acceptable"),
          Map.entry(409, "Conflict"),
          Map.entry(413, "Content Too Large"),
          Map.entry(414, "URI Too Long"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(421, "Misdirected Request"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"));

  Problem {
    headers = Map.copyOf(headers);
  }

  static Problem of(int status, String detail) {
    return new Problem(status, detail, null, Map.of());
  }

  static Problem of(int status, String field, String detail) {
    return new Problem(status, detail, field, Map.of());
  }

  /** A defect of ours; what it was stays in the log. */
  static Problem internal() {
    return of(500, "a defect of this node; its log says more");
  }

  Problem with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Problem(status, detail, field, more);
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", TITLES.getOrDefault(status, "Error"))
            .put("status", status)
            .put("detail", detail);
    return field == null ? json : json.put("field", field);
  }

  Reply toReply() {
    return new Reply(status, TYPE, Buffer.buffer(toJson().encodePrettily() + "\n"), headers);
  }
}
