package dev.echomesh.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestReport;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.SampleReports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page as a browser sees it. */
class HtmlReportIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern FETCHES =
      Pattern.compile(
          "(?i)<(link|script|img|iframe|object|embed|base)\\b|\\b(src|href|xlink:href)=|url\\(|@import");

  private Path directory = Path.of("");

  @BeforeEach
  void requireBrowser(@TempDir Path temporary) {
    directory = temporary;
    Programs.requireProgram("chromium");
  }

  @Test
  void shouldShowEveryPlotAndFetchNothing() throws IOException {
    String dom = domOf(HtmlReport.render(sample("a")));

    assertThat(dom.split("<svg", -1)).hasSize(1 + 5);
    assertThat(dom)
        .contains("Latency by percentile", "Round trips", "Frames per second")
        .contains("Round trip by second", "Failures by second")
        .doesNotContainPattern(FETCHES);
  }

  @Test
  void shouldShowReportsSideBySide() throws IOException {
    String dom =
        domOf(
            HtmlReport.render(
                List.of(
                    new NamedReport("a.json", sample("a")),
                    new NamedReport("b.json", sample("b")))));

    assertThat(dom.split("<svg", -1)).hasSize(1 + 5);
    assertThat(dom)
        .contains("Side by side", "a.json", "b.json", "merged")
        .doesNotContainPattern(FETCHES);
  }

  @Test
  void shouldDrawWithoutAComplaint() throws IOException {
    Path picture = directory.resolve("page.png");
    Execution run =
        browse(
            HtmlReport.render(sample("a")), "--enable-logging=stderr", "--screenshot=" + picture);

    assertThat(run.err()).doesNotContain("CONSOLE", "Refused to");
    assertThat(picture).isNotEmptyFile();
  }

  private String domOf(String html) throws IOException {
    return browse(html, "--dump-dom").out();
  }

  private Execution browse(String html, String... options) throws IOException {
    Path page = Files.writeString(directory.resolve("page.html"), html);
    List<String> command =
        new ArrayList<>(
            List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--user-data-dir=" + directory.resolve("profile"),
                "--virtual-time-budget=5000"));
    command.addAll(List.of(options));
    command.add(page.toUri().toString());
    return Programs.run(PATIENCE, new byte[0], command).expectSuccess();
  }

  private static TestReport sample(String id) {
    JsonArray series = new JsonArray();
    for (int second = 1; second <= 5; second++) {
      series.add(
          new JsonObject()
              .put("second", (double) second)
              .put("frames", 1000 + second)
              .put("failed", second == 3 ? 7 : 0)
              .put("bytesPerSecond", 64_000.0)
              .put("p50Micros", 50.0 + second)
              .put("p99Micros", 200.0 + second)
              .put("maxMicros", 300.0));
    }
    long[] micros = LongStream.rangeClosed(1, 1000).map(i -> 40 + i * i / 1000).toArray();
    return TestReport.fromJson(
        SampleReports.json(id, "2026-01-01T00:00:00Z", 5, micros).put("series", series));
  }
}
