package dev.echomesh.bus;

import dev.echomesh.spec.Durations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A test written in code; what is not said is as by default. Not thread-safe. */
public final class TestRequestBuilder {
  private final JsonObject json = new JsonObject();

  TestRequestBuilder(String target) {
    json.put("target", target);
  }

  /** {@link TestMode#PING} by default. */
  public TestRequestBuilder mode(TestMode mode) {
    return set("mode", mode.key());
  }

  /** Bytes, 32 to 1,048,576; 64 by default. */
  public TestRequestBuilder frameLength(int bytes) {
    return set("frameLength", bytes);
  }

  /** At the same time; 1 by default. */
  public TestRequestBuilder connections(int connections) {
    return set("connections", connections);
  }

  /** How long frames are sent, 10 s by default; ends earlier with {@link #count}. */
  public TestRequestBuilder duration(Duration duration) {
    return set("duration", Durations.print(duration));
  }

  /** Ends after so many frames over all connections; there is no warm-up then. */
  public TestRequestBuilder count(long frames) {
    return set("count", frames);
  }

  /** For a connection to be made, and for a frame to come back; 5 s by default. */
  public TestRequestBuilder timeout(Duration timeout) {
    return set("timeout", Durations.print(timeout));
  }

  /** Frames per second of an open loop, such as {@code 10k} or {@code 1k..50k/30s}. */
  public TestRequestBuilder rate(String rate) {
    return set("rate", rate);
  }

  /** Fails the test under these conditions, such as {@code p99 > 5ms}. */
  public TestRequestBuilder failIf(String... expressions) {
    return set("failIf", new JsonArray(List.of(expressions)));
  }

  /**
   * Speaks TLS.
   *
   * @param caFile PEM of the authorities to trust; null for those of the Java installation
   */
  public TestRequestBuilder tls(@Nullable String caFile) {
    return set("tls", new JsonObject().put("caFile", caFile));
  }

  /** Sets any field of the request by its name in JSON. */
  public TestRequestBuilder set(String field, @Nullable Object value) {
    json.put(field, value);
    return this;
  }

  /**
   * The request.
   *
   * @throws RequestException naming the field that cannot be used
   */
  public TestRequest build() {
    return TestRequest.fromJson(json.copy());
  }
}
