package dev.echomesh.testing;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.Rfc6349;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.Figure;
import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Reports of no run: some in which every figure is another, and some with given round trips. */
public final class SampleReports {
  private static final long HOUR_MICROS = 3_600_000_000L;

  private static final TestRequest REQUEST =
      TestRequest.fromJson(new JsonObject().put("target", "host:7"));

  /** Made once: histograms as fine as these take megabytes. */
  private static final TestReport FULL =
      report(
          from(1000),
          from(2000),
          from(3000),
          from(4000),
          from(5000),
          from(6000),
          from(7000),
          from(8000),
          new TestReport.Throughput(10, 640),
          new TcpInfo(7, 8, 1, 10, 1500, 1448),
          new TestReport.Peer(640, 640, new TcpInfo(9, 18, 2, 20, 9000, 8948)),
          3);

  private SampleReports() {}

  /**
   * Everything was measured: resolve 1000 to 2000 µs, connect 2000 to 3000 µs, tls from 3000, rtt
   * from 4000, blocked from 5000, lag from 6000, residence from 7000, path from 8000; 10 frames and
   * 640 bytes a second, 3 connections; 7 retransmits there in 8 µs, 9 back.
   */
  public static TestReport full() {
    return FULL;
  }

  /** Figures that a report can lack; others are counts, which are 0 then. */
  public static Stream<Figure> measurable() {
    return Figure.all().stream()
        .filter(figure -> !figure.key().matches("(connections|bytes|outcomes)\\..*"));
  }

  /** Nothing was measured. */
  public static TestReport empty() {
    return report(null, null, null, null, null, null, null, null, null, null, null, 0);
  }

  private static TestReport report(
      @Nullable Latency resolve,
      @Nullable Latency connect,
      @Nullable Latency tls,
      @Nullable Latency rtt,
      @Nullable Latency blocked,
      @Nullable Latency lag,
      @Nullable Latency residence,
      @Nullable Latency path,
      TestReport.@Nullable Throughput throughput,
      @Nullable TcpInfo tcp,
      TestReport.@Nullable Peer peer,
      int opened) {
    return new TestReport(
        "id",
        Instant.EPOCH,
        1,
        "",
        REQUEST,
        true,
        List.of(),
        new TestReport.Trust(true, List.of()),
        new Outcomes(Map.of(Outcome.OK, 10L)),
        new TestReport.Connections(opened, 0, List.of()),
        new TestReport.Bytes(640, 640),
        resolve,
        connect,
        tls,
        rtt,
        blocked,
        lag,
        residence,
        path,
        throughput,
        tcp,
        tcp == null ? null : new Rfc6349(1.25, 99.5, 12.0, 25.0, 28.0),
        peer,
        List.of(),
        null,
        List.of(),
        List.of(),
        new TestReport.Environment("", "", "", ""));
  }

  /** 1001 values, one a microsecond. */
  private static @Nullable Latency from(long micros) {
    Histogram histogram = new Histogram(HOUR_MICROS, 5);
    for (int i = 0; i <= 1000; i++) {
      histogram.recordValue(micros + i);
    }
    return Latency.of(histogram);
  }

  /** Passed, its frames all ok, each with one of the round trips. */
  public static TestReport passed(String id, String startedAt, double seconds, long... rttMicros) {
    return TestReport.fromJson(json(id, startedAt, seconds, rttMicros));
  }

  /** One frame was sent and did not come back. */
  public static TestReport failed(String id, String... reasons) {
    return TestReport.fromJson(
        json(id, "2026-01-01T00:00:00Z", 1)
            .put("verdict", "fail")
            .put("reasons", new JsonArray(List.of(reasons)))
            .put("outcomes", new JsonObject().put("ok", 0).put("timeout", 1))
            .putNull("throughput"));
  }

  /** As {@link #passed}, to be changed. */
  public static JsonObject json(String id, String startedAt, double seconds, long... rttMicros) {
    Histogram rtt = new Histogram(HOUR_MICROS, 3);
    for (long micros : rttMicros) {
      rtt.recordValue(micros);
    }
    int frames = rttMicros.length;
    JsonObject request =
        TestRequest.fromJson(new JsonObject().put("target", "127.0.0.1:7")).toJson();
    return new JsonObject()
        .put("schema", TestReport.SCHEMA)
        .put("id", id)
        .put("startedAt", startedAt)
        .put("durationSeconds", seconds)
        .put("node", "")
        .put("request", request)
        .put("verdict", "pass")
        .put("reasons", new JsonArray())
        .put("trust", new JsonObject().put("ok", true).put("reasons", new JsonArray()))
        .put("outcomes", Outcomes.none().toJson().put("ok", frames))
        .put(
            "connections",
            new JsonObject().put("opened", 1).put("failed", 0).put("addresses", new JsonArray()))
        .put("bytes", new JsonObject().put("sent", 64 * frames).put("received", 64 * frames))
        .put("rtt", latency(rtt))
        .put(
            "throughput",
            new JsonObject()
                .put("framesPerSecond", frames / seconds)
                .put("bytesPerSecond", 64 * frames / seconds))
        .put("series", new JsonArray())
        .put("notes", new JsonArray())
        .put(
            "environment",
            new JsonObject()
                .put("version", "1")
                .put("java", "17")
                .put("transport", "epoll")
                .put("os", "Linux"));
  }

  private static @Nullable JsonObject latency(Histogram micros) {
    Latency latency = Latency.of(micros);
    return latency == null
        ? null
        : new JsonObject()
            .put("count", latency.count())
            .put("minMicros", latency.minMicros())
            .put("meanMicros", latency.meanMicros())
            .put("p50Micros", latency.p50Micros())
            .put("p90Micros", latency.p90Micros())
            .put("p99Micros", latency.p99Micros())
            .put("p999Micros", latency.p999Micros())
            .put("maxMicros", latency.maxMicros())
            .put("histogram", latency.histogram());
  }
}
