package dev.echomesh.bus;

import dev.echomesh.spec.Faults;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One open endpoint and what it has counted since it was opened.
 *
 * @param host as configured
 * @param port the real one
 * @param mode {@code stream} or {@code framed}
 * @param frameLength bytes of a record, 0 in stream mode
 * @param tls {@code off}, {@code on} or {@code mutual}
 * @param connections open now
 * @param accepted connections served since the endpoint was opened, over TLS those that agreed on
 *     it
 * @param bytesReceived from clients
 * @param bytesSent bytes that the kernel took, counted when a connection ends and when asked
 * @param truncated connections that ended inside a record, or without close_notify over TLS
 * @param cut bytes received that could not be echoed any more
 * @param rejected connections by reason: {@code max_connections}, {@code
 *     max_connections_per_address}, {@code accept_rate}, {@code not_allowed}, {@code tls}
 * @param ended connections that this side ended by reason: {@code idle}, {@code stalled}, {@code
 *     max_buffered}, {@code failure}
 * @param accepting false while the system lets no connection be accepted, for want of file handles
 * @param acceptFailures attempts to accept that ended so
 * @param faults how it misbehaves on purpose towards new connections
 */
public record EndpointInfo(
    String name,
    String host,
    int port,
    String mode,
    int frameLength,
    String tls,
    long connections,
    long accepted,
    long bytesReceived,
    long bytesSent,
    long truncated,
    long cut,
    Map<String, Long> rejected,
    Map<String, Long> ended,
    boolean accepting,
    long acceptFailures,
    Faults faults) {
  public EndpointInfo {
    rejected = Map.copyOf(rejected);
    ended = Map.copyOf(ended);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("name", name)
        .put("host", host)
        .put("port", port)
        .put("mode", mode)
        .put("frameLength", frameLength)
        .put("tls", tls)
        .put("connections", connections)
        .put("accepted", accepted)
        .put("bytesReceived", bytesReceived)
        .put("bytesSent", bytesSent)
        .put("truncated", truncated)
        .put("cut", cut)
        .put("rejected", new JsonObject(new TreeMap<>(rejected)))
        .put("ended", new JsonObject(new TreeMap<>(ended)))
        .put("accepting", accepting)
        .put("acceptFailures", acceptFailures)
        .put("faults", faults.isNone() ? null : new JsonObject(faults.toMap()));
  }

  public static EndpointInfo fromJson(JsonObject json) {
    JsonObject faults = json.getJsonObject("faults");
    return new EndpointInfo(
        json.getString("name"),
        json.getString("host"),
        json.getInteger("port"),
        json.getString("mode"),
        json.getInteger("frameLength"),
        json.getString("tls"),
        json.getLong("connections"),
        json.getLong("accepted"),
        json.getLong("bytesReceived"),
        json.getLong("bytesSent"),
        json.getLong("truncated"),
        json.getLong("cut"),
        counts(json.getJsonObject("rejected", new JsonObject())),
        counts(json.getJsonObject("ended", new JsonObject())),
        json.getBoolean("accepting", true),
        json.getLong("acceptFailures", 0L),
        faults == null ? Faults.NONE : Faults.of(faults.getMap()));
  }

  private static Map<String, Long> counts(JsonObject byReason) {
    return byReason.fieldNames().stream()
        .collect(Collectors.toMap(name -> name, name -> byReason.getLong(name)));
  }
}
