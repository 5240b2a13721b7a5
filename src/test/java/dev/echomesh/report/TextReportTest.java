package dev.echomesh.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.Rfc6349;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextReportTest {
  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "ar-EG"})
  void shouldPrintATableInEveryLocale(String language) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(language));
      assertThat(TextReport.render(passed()).lines())
          .containsExactly(
              "PASS host:7  stream, 50 connections of 64 KiB frames, 2.5 s",
              "",
              "frames      1,000 ok",
              "connections 50 opened, 0 failed",
              "bytes       65,536,000 sent, 65,536,000 received",
              "peer        65,536,000 received, 65,536,000 sent back",
              "throughput  400 frames/s, 26.2 MB/s each way",
              "tcp         1 retransmit, rtt 28 µs ± 1.53 ms, cwnd 10, path MTU 1500, MSS 1448",
              "rfc 6349    transfer-time ratio 1.25, TCP efficiency 99.99 % (estimated from"
                  + " segments), buffer delay 12.3 %",
              "",
              "latency         count       min       p50       p90       p99     p99.9       max",
              "connect             3     28 µs   1.53 ms    2.10 s    2.10 s    2.10 s    2.10 s",
              "round trip          3     28 µs   1.53 ms    2.10 s    2.10 s    2.10 s    2.10 s",
              "lag                 3     28 µs   1.53 ms    2.10 s    2.10 s    2.10 s    2.10 s",
              "",
              "note        a note");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void shouldPrintTheRoundTripsThatMakeNoPercentage() {
    JsonObject json = passed().toJson();
    json.getJsonObject("rfc6349").putNull("bufferDelayPercent").put("baselineRttMicros", 8.0);

    assertThat(TextReport.render(TestReport.fromJson(json)).lines())
        .contains(
            "rfc 6349    transfer-time ratio 1.25, TCP efficiency 99.99 % (estimated from"
                + " segments), rtt 8 µs at its shortest and 281 µs on average");
  }

  @Test
  void shouldPrintWhatWentWrongAndNothingThatWasNotMeasured() {
    assertThat(TextReport.render(failed()).lines())
        .containsExactly(
            "FAIL host:7  stream, 50 connections of 64 KiB frames, 0 µs",
            "",
            "frames      0 ok, 2 lost, 3 refused",
            "connections 1 opened, 3 failed",
            "bytes       131,072 sent, 0 received",
            "highest     1,000 frames/s, to within 5 %",
            "  passed    1,000 frames/s: 1,000 back, p50 28 µs, p99 1.53 ms",
            "  failed    2,000 frames/s: 0 back, p50 -, p99 -; no frame was ok",
            "",
            "problem     2 frames lost",
            "problem     no frame came back",
            "not to trust it stood still");
  }

  @Test
  void shouldSummariseInOneLine() {
    assertThat(TextReport.summary(passed()))
        .isEqualTo(
            "1,000 frames of 64 KiB sent; 1,000 ok;"
                + " round trip p50 1.53 ms, p99 2.10 s, max 2.10 s");
    assertThat(TextReport.summary(failed()))
        .isEqualTo("2 frames of 64 KiB sent; 0 ok, 2 lost, 3 refused");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 µs",
    "0.4, 0 µs",
    "999, 999 µs",
    "999.6, 1.00 ms",
    "1000, 1.00 ms",
    "1530, 1.53 ms",
    "999990, 999.99 ms",
    "999999, 1.00 s",
    "1000000, 1.00 s",
    "2100000, 2.10 s"
  })
  void shouldPrintMicrosecondsInTheUnitThatFits(double micros, String printed) {
    assertThat(Units.micros(micros)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "64, 64 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "65536, 64 KiB",
    "1048575, 1.0 MiB",
    "1048576, 1 MiB",
    "1572864, 1.5 MiB"
  })
  void shouldPrintBytesInTheUnitThatFits(long bytes, String printed) {
    assertThat(Units.bytes(bytes)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 kB/s",
    "12300, 12.3 kB/s",
    "999960, 1.0 MB/s",
    "12300000, 12.3 MB/s",
    "1230000000, 1.23 GB/s"
  })
  void shouldPrintRatesInTheUnitThatFits(double rate, String printed) {
    assertThat(Units.bytesPerSecond(rate)).isEqualTo(printed);
  }

  private static TestReport passed() {
    Histogram histogram = new Histogram(3_600_000_000L, 3);
    histogram.recordValue(28);
    histogram.recordValue(1530);
    histogram.recordValue(2_100_000);
    return report(
        true,
        Map.of(Outcome.OK, 1000L),
        List.of(),
        new TestReport.Connections(50, 0, List.of()),
        new TestReport.Bytes(65_536_000, 65_536_000),
        Latency.of(histogram));
  }

  @Test
  void shouldNotLetAStrangersReportSteerTheTerminal() {
    JsonObject json = failed().toJson().copy();
    json.getJsonArray("reasons").add("\u001b[2Jall is well");
    json.getJsonArray("notes").add("\u001b]0;title\u0007");
    json.getJsonObject("trust").getJsonArray("reasons").add("\r\u001b[1A");

    assertThat(TextReport.render(TestReport.fromJson(json)).replace(System.lineSeparator(), ""))
        .contains("\ufffd[2Jall is well", "\ufffd]0;title\ufffd", "\ufffd\ufffd[1A")
        .doesNotContainPattern("\\p{Cntrl}");
  }

  private static TestReport failed() {
    return report(
        false,
        Map.of(Outcome.LOST, 2L, Outcome.REFUSED, 3L),
        List.of("2 frames lost", "no frame came back"),
        new TestReport.Connections(1, 3, List.of()),
        new TestReport.Bytes(131_072, 0),
        null);
  }

  private static Search search() {
    return new Search(
        1000.4,
        5,
        List.of(
            new Search.Step(1000.4, 999.6, 28.0, 1530.0, List.of()),
            new Search.Step(2000, 0, null, null, List.of("no frame was ok", "more"))));
  }

  private static TestReport report(
      boolean passed,
      Map<Outcome, Long> outcomes,
      List<String> reasons,
      TestReport.Connections connections,
      TestReport.Bytes bytes,
      @Nullable Latency latency) {
    return new TestReport(
        "id",
        Instant.EPOCH,
        passed ? 2.5 : 0,
        "",
        TestRequest.fromJson(
            new JsonObject()
                .put("target", "host:7")
                .put("mode", "stream")
                .put("connections", 50)
                .put("frameLength", "64KiB")),
        passed,
        reasons,
        new TestReport.Trust(passed, passed ? List.of() : List.of("it stood still")),
        new Outcomes(outcomes),
        connections,
        bytes,
        null,
        latency,
        null,
        latency,
        null,
        latency,
        null,
        null,
        passed ? new TestReport.Throughput(400, 26_214_400) : null,
        passed ? new TcpInfo(1, 28, 1530, 10, 1500, 1448) : null,
        passed ? new Rfc6349(1.25, 99.994, 12.34, 250.0, 280.85) : null,
        passed ? new TestReport.Peer(65_536_000, 65_536_000, null) : null,
        List.of(),
        passed ? null : search(),
        List.of(),
        passed ? List.of("a note") : List.of(),
        new TestReport.Environment("", "", "", ""));
  }
}
