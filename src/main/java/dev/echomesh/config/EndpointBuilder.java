package dev.echomesh.config;

import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Faults;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One endpoint written in code; what is not said is as by default. Not thread-safe. */
public final class EndpointBuilder {
  private final JsonObject json = new JsonObject();

  EndpointBuilder(String name) {
    json.put("name", name);
  }

  /** Address to bind; {@code 127.0.0.1} by default. */
  public EndpointBuilder host(String host) {
    return set("host", host);
  }

  /** 0 to 65535; 0 takes a free one. */
  public EndpointBuilder port(int port) {
    return set("port", port);
  }

  /**
   * Answers whole records instead of a stream of bytes.
   *
   * @param frameLength bytes of a record, 32 to 1,048,576
   */
  public EndpointBuilder framed(int frameLength) {
    return set("mode", EndpointMode.FRAMED.key()).set("frameLength", frameLength);
  }

  /** TLS 1.2 and 1.3 with a certificate chain and its PKCS #8 key, PEM files. */
  public EndpointBuilder tls(Path certFile, Path keyFile) {
    return set(
        "tls",
        new JsonObject().put("certFile", certFile.toString()).put("keyFile", keyFile.toString()));
  }

  /** As {@link #tls}, and requires a certificate of one of the authorities from every client. */
  public EndpointBuilder mutualTls(Path certFile, Path keyFile, Path clientCaFile) {
    tls(certFile, keyFile);
    json.getJsonObject("tls").put("clientCaFile", clientCaFile.toString());
    return this;
  }

  /** How it misbehaves on purpose. */
  public EndpointBuilder faults(Faults faults) {
    return set("faults", new JsonObject(faults.toMap()));
  }

  /** A connection without a byte for so long is closed; never by default. */
  public EndpointBuilder idleTimeout(Duration timeout) {
    return set("idleTimeout", Durations.print(timeout));
  }

  /** Clients that may connect, such as {@code 10.0.0.0/8}; all by default. */
  public EndpointBuilder allow(String... addressBlocks) {
    return set("allow", list(addressBlocks));
  }

  /**
   * Sets any key of an endpoint by its name in the file, such as {@code maxConnections}.
   *
   * @param value text, number, boolean, {@link JsonArray} or {@link JsonObject}, as in the file
   */
  public EndpointBuilder set(String key, @Nullable Object value) {
    json.put(key, value);
    return this;
  }

  JsonObject json() {
    return json;
  }

  static JsonArray list(String... texts) {
    return new JsonArray(List.of(texts));
  }
}
