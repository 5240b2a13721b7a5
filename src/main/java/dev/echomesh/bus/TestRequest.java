package dev.echomesh.bus;

import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one test does. Made by {@link #fromJson}, the one place where defaults and limits are.
 *
 * @param frameLength bytes, 32 to 1,048,576
 * @param connections 1 to 100,000
 * @param duration how long frames are sent, warm-up not counted
 * @param count frames over all connections after which the run ends earlier; 0 for no such end
 * @param warmup frames sent so long before are verified, but not in the latencies
 * @param timeout for a connection to be made, and for a frame to come back
 * @param window frames in flight per connection, 1 to 65,536; always 1 in {@link TestMode#PING}
 * @param seed of the payload
 * @param tls null for plain TCP
 */
public record TestRequest(
    Target target,
    TestMode mode,
    int frameLength,
    int connections,
    Duration duration,
    long count,
    Duration warmup,
    Duration timeout,
    int window,
    long seed,
    @Nullable ClientTls tls) {
  private static final Duration YEAR = Duration.ofDays(365);

  /**
   * Reads a request; an absent field has its default, an unknown one is ignored. Durations are text
   * such as {@code 10s}, the frame length a number or a text such as {@code 64KiB}.
   *
   * @throws RequestException naming the field that cannot be used
   */
  public static TestRequest fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    String target = fields.text("target");
    if (target == null) {
      throw RequestException.invalid("target", "missing (expected HOST:PORT)");
    }
    TestMode mode = fields.choice("mode", TestMode.PING, TestMode.class, TestMode::key);
    long count = fields.number("count", 0, 0, Long.MAX_VALUE);
    Duration millisecond = Duration.ofMillis(1);
    return new TestRequest(
        fields.parsed("target", target, Target::parse),
        mode,
        (int) fields.size("frameLength", 64, 32, 1 << 20),
        (int) fields.number("connections", 1, 1, 100_000),
        fields.duration("duration", Duration.ofSeconds(10), millisecond, YEAR),
        count,
        fields.duration(
            "warmup", count > 0 ? Duration.ZERO : Duration.ofSeconds(1), Duration.ZERO, YEAR),
        fields.duration("timeout", Duration.ofSeconds(5), millisecond, Duration.ofHours(1)),
        mode == TestMode.PING ? 1 : (int) fields.number("window", 16, 1, 65_536),
        fields.number("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE),
        tls(fields.object("tls")));
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("target", target.toString())
        .put("mode", mode.key())
        .put("frameLength", frameLength)
        .put("connections", connections)
        .put("duration", Durations.print(duration))
        .put("count", count)
        .put("warmup", Durations.print(warmup))
        .put("timeout", Durations.print(timeout))
        .put("window", window)
        .put("seed", seed)
        .put("tls", tls == null ? null : tls.toJson());
  }

  private static @Nullable ClientTls tls(@Nullable Fields tls) {
    if (tls == null) {
      return null;
    }
    String cert = tls.text("certFile");
    String key = tls.text("keyFile");
    if ((cert == null) != (key == null)) {
      throw RequestException.invalid(
          cert == null ? "tls.certFile" : "tls.keyFile",
          "missing (expected certificate and key together)");
    }
    return new ClientTls(tls.text("caFile"), cert, key, tls.flag("verifyHost", true));
  }
}
