package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.TestReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A report as one self-contained page: nothing is fetched, and no script is needed to read it. Its
 * own policy forbids both, should anything in it ever try.
 */
public final class HtmlReport {
  private static final String STYLE = resource("report.css");

  private HtmlReport() {}

  /** The page of one report. */
  public static String render(TestReport report) {
    Html page = begin(title(report));
    HtmlSections sections = new HtmlSections(page, report);
    sections.verdict(title(report), sections.subject());
    sections.highlights();
    page.markup("<section class=\"plots\">\n");
    LatencyPlots.percentiles(page, "Latency by percentile", latencies(report));
    if (report.rtt() != null) {
      LatencyPlots.histogram(page, "Round trips", report.rtt());
    }
    new TimePlots(List.of(new NamedReport(report.id(), report))).writeTo(page);
    page.markup("</section>\n");
    sections.tables();
    return end(page);
  }

  /** Several side by side, with what they are together; the page of the one if there is one. */
  public static String render(List<NamedReport> reports) {
    TestReport merged = Merge.of(reports);
    if (reports.size() == 1) {
      return render(merged);
    }
    String title = (merged.passed() ? "PASS" : "FAIL") + " " + reports.size() + " reports";
    Html page = begin(title);
    HtmlSections sections = new HtmlSections(page, merged);
    sections.verdict(
        title,
        "%s in all, the first started %s"
            .formatted(
                Units.seconds(merged.durationSeconds()),
                merged.startedAt().truncatedTo(ChronoUnit.SECONDS)));
    Comparison.of(reports).writeTo(page);
    page.markup("<section class=\"plots\">\n");
    Map<String, @Nullable Latency> trips = new LinkedHashMap<>();
    for (NamedReport each : reports) {
      trips.put(each.name(), each.report().rtt());
    }
    LatencyPlots.percentiles(page, "Round trip by percentile", trips);
    if (merged.rtt() != null) {
      LatencyPlots.histogram(page, "Round trips of all", merged.rtt());
    }
    new TimePlots(reports).writeTo(page);
    page.markup("</section>\n<h2>All together</h2>\n");
    sections.tables();
    return end(page);
  }

  private static String title(TestReport report) {
    return (report.passed() ? "PASS " : "FAIL ") + report.request().target();
  }

  private static Map<String, @Nullable Latency> latencies(TestReport report) {
    Map<String, @Nullable Latency> latencies = new LinkedHashMap<>();
    put(latencies, "round trip", report.rtt());
    put(latencies, "connect", report.connect());
    put(latencies, "tls", report.tls());
    put(latencies, "blocked", report.blocked());
    put(latencies, "residence", report.residence());
    put(latencies, "path", report.path());
    put(latencies, "lag", report.lag());
    return latencies;
  }

  private static void put(
      Map<String, @Nullable Latency> latencies, String name, @Nullable Latency latency) {
    if (latency != null) {
      latencies.put(name, latency);
    }
  }

  private static Html begin(String title) {
    return new Html()
        .markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .markup("<meta http-equiv=\"Content-Security-Policy\"")
        .markup(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
        .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .markup("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .element("title", title + " - echomesh")
        .markup("\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n<main>\n");
  }

  private static String end(Html page) {
    return page.markup("</main>\n</body>\n</html>\n").toString();
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
