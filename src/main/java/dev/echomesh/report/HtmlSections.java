package dev.echomesh.report;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestReport;
import java.time.temporal.ChronoUnit;

/** What a report says around its plots, in its order. */
final class HtmlSections {
  private final Html page;
  private final TestReport report;

  HtmlSections(Html page, TestReport report) {
    this.page = page;
    this.report = report;
  }

  /** What was asked for, and when. */
  String subject() {
    return "%s, %s of %s frames, %s, started %s"
        .formatted(
            report.request().mode().key(),
            Units.count(report.request().connections(), "connection"),
            Units.bytes(report.request().frameLength()),
            Units.seconds(report.durationSeconds()),
            report.startedAt().truncatedTo(ChronoUnit.SECONDS));
  }

  void verdict(String title, String subject) {
    page.markup("<header class=\"" + (report.passed() ? "pass" : "fail") + "\">")
        .element("h1", title)
        .element("p", subject)
        .list("reasons", report.reasons())
        .markup("</header>\n");
    if (!report.trust().ok()) {
      page.markup("<aside><p><b>This measurement is not to be trusted.</b> Outcomes hold.</p>\n")
          .list("doubts", report.trust().reasons())
          .markup("</aside>\n");
    }
  }

  void highlights() {
    page.markup("<section class=\"tiles\">\n");
    tile("frames ok", Units.grouped(report.outcomes().count(Outcome.OK)));
    if (report.throughput() != null) {
      tile("frames/s", Units.grouped(Math.round(report.throughput().framesPerSecond())));
      tile("each way", Units.bytesPerSecond(report.throughput().bytesPerSecond()));
    }
    if (report.rtt() != null) {
      tile("round trip p50", Units.micros(report.rtt().p50Micros()));
      tile("p99", Units.micros(report.rtt().p99Micros()));
      tile("max", Units.micros(report.rtt().maxMicros()));
    }
    page.markup("</section>\n");
  }

  void tables() {
    HtmlTables tables = new HtmlTables(page, report);
    if (report.search() != null) {
      search(report.search());
    }
    page.markup("<section class=\"tables\">\n");
    tables.sources();
    tables.latencies();
    tables.outcomes();
    tables.transport();
    page.markup("</section>\n");
    if (!report.notes().isEmpty()) {
      page.element("h2", "Notes").list("notes", report.notes());
    }
    page.markup("<section class=\"tables\">\n");
    tables.request();
    tables.environment();
    page.markup("</section>\n");
    tables.addresses();
  }

  private void tile(String name, String value) {
    page.markup("<div>").element("b", value).element("span", name).markup("</div>\n");
  }

  private void search(Search search) {
    page.element("h2", search.maxRate() == null ? "No rate passed" : highest(search));
    SearchPlot.writeTo(page, search);
    page.table("Search", "step", "asked", "achieved", "p50", "p99", "verdict");
    int number = 0;
    for (Search.Step step : search.steps()) {
      number++;
      page.row(
          String.valueOf(number),
          Units.grouped(Math.round(step.rate())) + "/s",
          Units.grouped(Math.round(step.achieved())) + "/s",
          TextReport.time(step.p50Micros()),
          TextReport.time(step.p99Micros()),
          step.passed() ? "passed" : "failed: " + String.join("; ", step.reasons()));
    }
    page.endTable();
  }

  private static String highest(Search search) {
    return "Highest rate: %s frames/s, to within %d %%"
        .formatted(
            Units.grouped(Math.round(search.maxRate() == null ? 0 : search.maxRate())),
            Math.round(search.resolutionPercent()));
  }
}
