package dev.echomesh.bus;

import dev.echomesh.spec.ByteRate;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.Rate;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.Target;
import dev.echomesh.spec.Threshold;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one test does. Made by {@link #fromJson}, the one place where defaults and limits are.
 *
 * @param frameLength bytes, 32 to 1,048,576
 * @param connections at the same time, 1 to 100,000
 * @param duration how long frames are sent, warm-up not counted; of each step in {@link
 *     TestMode#FIND_MAX}
 * @param count frames over all connections after which the run ends earlier; 0 for no such end
 * @param warmup frames sent so long before are verified, but not in the latencies
 * @param timeout for a connection to be made, and for a frame to come back
 * @param window frames in flight per connection in {@link TestMode#STREAM}, 1 to 65,536; else 1
 * @param rate of an open loop, over all connections; where the search begins in {@link
 *     TestMode#FIND_MAX}; null for as fast as possible in {@link TestMode#CONNECT}
 * @param gracefulClose whether a connection of {@link TestMode#CONNECT} ends by FIN, not RST
 * @param timestamps whether the peer may stamp its receive and send times into frames; these fields
 *     are then not compared, and tell residence from path time
 * @param bandwidth what the narrowest link of the path carries of IP packets, headers included, for
 *     the transfer-time ratio of RFC 6349; only in {@link TestMode#STREAM}; null for unknown
 * @param failIf conditions under which the run fails
 * @param seed of the payload and of Poisson arrivals
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
    @Nullable Rate rate,
    Arrivals arrivals,
    boolean gracefulClose,
    boolean timestamps,
    @Nullable ByteRate bandwidth,
    SocketChoices socket,
    List<Threshold> failIf,
    long seed,
    @Nullable ClientTls tls) {
  /** No search in {@link TestMode#FIND_MAX} goes beyond, in frames per second. */
  public static final double HIGHEST_SEARCHED = 10_000_000;

  private static final Duration YEAR = Duration.ofDays(365);

  public TestRequest {
    failIf = List.copyOf(failIf);
  }

  /**
   * A test written in code.
   *
   * @param target {@code HOST:PORT}, {@code [IPv6]:PORT} or {@code HOST:SERVICE}
   */
  public static TestRequestBuilder to(String target) {
    return new TestRequestBuilder(target);
  }

  /**
   * Reads a request; an absent field has its default, an unknown one is ignored. Durations are text
   * such as {@code 10s}, sizes a number or a text such as {@code 64KiB}, rates a number or a text
   * such as {@code 50k} or {@code 1k..50k/30s}.
   *
   * @throws RequestException naming the field that cannot be used
   */
  public static TestRequest fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    Target target = fields.target("target");
    TestMode mode = fields.choice("mode", TestMode.PING, TestMode.class, TestMode::key);
    Rate rate = rate(fields, mode);
    boolean gracefulClose = fields.flag("gracefulClose", false);
    if (gracefulClose && mode != TestMode.CONNECT) {
      throw RequestException.invalid("gracefulClose", true, "only in mode connect");
    }
    long count = fields.number("count", 0, 0, Long.MAX_VALUE);
    boolean timestamps = fields.flag("timestamps", false);
    Duration millisecond = Duration.ofMillis(1);
    return new TestRequest(
        target,
        mode,
        (int) fields.size("frameLength", 64, timestamps ? 48 : 32, 1 << 20),
        (int) fields.number("connections", 1, 1, 100_000),
        fields.duration("duration", usualDuration(mode, rate), millisecond, YEAR),
        count,
        fields.duration(
            "warmup", count > 0 ? Duration.ZERO : Duration.ofSeconds(1), Duration.ZERO, YEAR),
        fields.duration("timeout", Duration.ofSeconds(5), millisecond, Duration.ofHours(1)),
        window(fields, mode),
        rate,
        arrivals(fields, rate),
        gracefulClose,
        timestamps,
        bandwidth(fields, mode),
        SocketChoices.of(fields),
        fields.texts("failIf").stream()
            .map(expression -> fields.parsed("failIf", expression, Threshold::parse))
            .toList(),
        fields.number("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE),
        ClientTls.of(fields.object("tls")));
  }

  /** The same test at another rate. */
  public TestRequest atRate(double perSecond) {
    return with(target, TestMode.RATE, Rate.constant(perSecond));
  }

  /** The same test, whose target was found there. */
  public TestRequest at(SocketTarget where) {
    return with(target.at(where), mode, rate);
  }

  private TestRequest with(Target otherTarget, TestMode otherMode, @Nullable Rate otherRate) {
    return new TestRequest(
        otherTarget,
        otherMode,
        frameLength,
        connections,
        duration,
        count,
        warmup,
        timeout,
        window,
        otherRate,
        arrivals,
        gracefulClose,
        timestamps,
        bandwidth,
        socket,
        failIf,
        seed,
        tls);
  }

  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("target", target.toString())
            .put("mode", mode.key())
            .put("frameLength", frameLength)
            .put("connections", connections)
            .put("duration", Durations.print(duration))
            .put("count", count)
            .put("warmup", Durations.print(warmup))
            .put("timeout", Durations.print(timeout))
            .put("window", window)
            .put("rate", rate == null ? null : rate.toString())
            .put("arrivals", arrivals.key())
            .put("gracefulClose", gracefulClose)
            .put("timestamps", timestamps)
            .put("bandwidth", bandwidth == null ? null : bandwidth.text());
    return socket
        .addTo(json)
        .put("failIf", new JsonArray(failIf.stream().map(Threshold::text).toList()))
        .put("seed", seed)
        .put("tls", tls == null ? null : tls.toJson());
  }

  private static @Nullable Rate rate(Fields fields, TestMode mode) {
    if (!fields.has("rate")) {
      if (mode == TestMode.RATE) {
        throw RequestException.invalid("rate", "missing (expected frames per second, such as 50k)");
      }
      return mode == TestMode.FIND_MAX ? Rate.constant(1000) : null;
    }
    Rate rate = fields.parsed("rate", fields.scalar("rate"), Rate::parse);
    if (mode == TestMode.PING || mode == TestMode.STREAM) {
      throw RequestException.invalid("rate", rate, "only in mode rate, connect or find-max");
    }
    if (mode == TestMode.FIND_MAX && rate.ramp() != null) {
      throw RequestException.invalid("rate", rate, "the rate where the search begins, no ramp");
    }
    if (mode == TestMode.FIND_MAX && (rate.from() < 1 || rate.from() > HIGHEST_SEARCHED)) {
      throw RequestException.invalid("rate", rate, "1 to 10M, where the search begins");
    }
    return rate;
  }

  private static int window(Fields fields, TestMode mode) {
    int window = (int) fields.number("window", mode == TestMode.STREAM ? 16 : 1, 1, 65_536);
    if (window > 1 && mode != TestMode.STREAM) {
      throw RequestException.invalid("window", window, "only in mode stream");
    }
    return window;
  }

  private static Arrivals arrivals(Fields fields, @Nullable Rate rate) {
    Arrivals arrivals = fields.choice("arrivals", Arrivals.CONSTANT, Arrivals.class, Arrivals::key);
    if (arrivals != Arrivals.CONSTANT && rate == null) {
      throw RequestException.invalid("arrivals", arrivals.key(), "only with a rate");
    }
    return arrivals;
  }

  private static @Nullable ByteRate bandwidth(Fields fields, TestMode mode) {
    String text = fields.text("bandwidth");
    if (text == null) {
      return null;
    }
    ByteRate bandwidth = fields.parsed("bandwidth", text, ByteRate::parse);
    if (mode != TestMode.STREAM) {
      throw RequestException.invalid("bandwidth", text, "only in mode stream");
    }
    if (bandwidth.bytesPerSecond() <= 0) {
      throw RequestException.invalid("bandwidth", text, "above 0B/s");
    }
    return bandwidth;
  }

  private static Duration usualDuration(TestMode mode, @Nullable Rate rate) {
    if (mode == TestMode.FIND_MAX) {
      return Duration.ofSeconds(2);
    }
    return rate == null || rate.ramp() == null ? Duration.ofSeconds(10) : rate.ramp();
  }
}
