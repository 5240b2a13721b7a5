package dev.echomesh.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestReport;
import dev.echomesh.testing.SampleReports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String START = "2026-01-01T00:00:00Z";
  private static final String ATTACK = "</style><script src='http://evil/'>\"&\u0000";

  @Test
  void shouldEscapeWhateverComesFromOutside() {
    JsonObject json = SampleReports.json(ATTACK, START, 1, 5).put("node", ATTACK);
    json.put("verdict", "fail")
        .put("reasons", new JsonArray().add(ATTACK))
        .put("notes", new JsonArray().add(ATTACK))
        .put("trust", new JsonObject().put("ok", false).put("reasons", new JsonArray().add(ATTACK)))
        .put("environment", environment());
    json.getJsonObject("connections")
        .put(
            "addresses",
            new JsonArray().add(new JsonObject().put("local", ATTACK).put("remote", ATTACK)));
    TestReport report = TestReport.fromJson(json);

    for (String page :
        List.of(
            HtmlReport.render(report),
            HtmlReport.render(
                List.of(new NamedReport(ATTACK, report), new NamedReport("b", report))))) {
      assertThat(page)
          .doesNotContain("<script", "\u0000")
          .containsOnlyOnce("</style>")
          .contains("&lt;/style&gt;&lt;script src=&#39;http://evil/&#39;&gt;&quot;&amp;\uFFFD");
    }
  }

  @Test
  void shouldPlotOneSample() {
    String page = HtmlReport.render(SampleReports.passed("a", START, 1, 28));

    assertThat(page).contains("<circle", "<rect", "Latency by percentile", "Round trips");
    assertThat(page).doesNotContain("NaN", "Infinity");
  }

  @Test
  void shouldPlotWhatEachRateOfASearchCost() {
    JsonArray steps = new JsonArray();
    for (double rate : new double[] {1000, 2000, 2000, 1500}) {
      steps.add(
          new JsonObject()
              .put("rate", rate)
              .put("achieved", rate)
              .put("p50Micros", rate / 50)
              .put("p99Micros", rate / 5)
              .put("reasons", rate < 2000 ? new JsonArray() : new JsonArray().add("p99 > 350us")));
    }
    JsonObject search =
        new JsonObject().put("maxRate", 1500.0).put("resolutionPercent", 5.0).put("steps", steps);
    JsonObject json = SampleReports.json("a", START, 1, 28).put("search", search);

    assertThat(HtmlReport.render(TestReport.fromJson(json)))
        .contains("Round trip by rate", "1,500 frames/s, to within 5 %")
        // p50 and p99, of three rates each
        .containsPattern("Round trip by rate(?s:.*?)( L[0-9. ]+){2}\"(?s:.*?)( L[0-9. ]+){2}\"")
        .doesNotContain("NaN", "Infinity");
    steps.getJsonObject(0).putNull("p50Micros");
    steps.getJsonObject(1).putNull("p99Micros");
    steps.getJsonObject(2).putNull("p99Micros");
    assertThat(HtmlReport.render(TestReport.fromJson(json))).doesNotContain("Round trip by rate");
  }

  @Test
  void shouldPlotTheWholeRangeOfLatencies() {
    String page = HtmlReport.render(SampleReports.passed("a", START, 1, 1, 1, 3_600_000_000L));

    assertThat(page).contains("<rect").doesNotContain("NaN", "Infinity");
  }

  @Test
  void shouldGiveAReportTheSameColourInEveryPlot() {
    String page =
        HtmlReport.render(
            List.of(
                new NamedReport("failed", SampleReports.failed("a", "why")),
                new NamedReport("passed", SampleReports.passed("b", START, 1, 28, 30))));

    assertThat(page).contains("<span class=\"key c1\">passed").contains("<path class=\"line c1\"");
  }

  @Test
  void shouldLeaveOutPlotsOfWhatWasNotMeasured() {
    String page = HtmlReport.render(SampleReports.failed("a", "no frame came back"));

    assertThat(page)
        .contains("FAIL 127.0.0.1:7", "no frame came back")
        .doesNotContain("<svg", "NaN", "Infinity");
  }

  @Test
  void shouldInterruptALineWhereNothingCameBack() {
    JsonArray series = new JsonArray();
    for (int second = 1; second <= 5; second++) {
      Double micros = second == 3 ? null : 100.0;
      series.add(
          new JsonObject()
              .put("second", (double) second)
              .put("frames", second == 3 ? 0 : 1000)
              .put("failed", second == 3 ? 7 : 0)
              .put("bytesPerSecond", 64_000.0)
              .put("p50Micros", micros)
              .put("p99Micros", micros)
              .put("maxMicros", micros));
    }
    JsonObject json = SampleReports.json("a", START, 5, 100).put("series", series);

    assertThat(HtmlReport.render(TestReport.fromJson(json)))
        .contains("Failures by second", "Frames per second")
        .containsPattern("d=\"M[0-9. ]+ L[0-9. ]+ M[0-9. ]+ L[0-9. ]+\"");
  }

  private static JsonObject environment() {
    return new JsonObject()
        .put("version", ATTACK)
        .put("java", ATTACK)
        .put("transport", ATTACK)
        .put("os", ATTACK);
  }
}
