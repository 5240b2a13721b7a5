package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a report says in words and tables. */
final class HtmlSections {
  private final Html page;
  private final TestReport report;

  HtmlSections(Html page, TestReport report) {
    this.page = page;
    this.report = report;
  }

  void verdict(String title) {
    page.markup("<header class=\"" + (report.passed() ? "pass" : "fail") + "\">")
        .element("h1", title)
        .element(
            "p",
            "%s, %s of %s frames, %s, started %s"
                .formatted(
                    report.request().mode().key(),
                    Units.count(report.request().connections(), "connection"),
                    Units.bytes(report.request().frameLength()),
                    Units.seconds(report.durationSeconds()),
                    report.startedAt()))
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
    if (report.search() != null) {
      search(report.search());
    }
    page.markup("<section class=\"tables\">\n");
    latencies();
    outcomes();
    transport();
    page.markup("</section>\n");
    if (!report.notes().isEmpty()) {
      page.element("h2", "Notes").list("notes", report.notes());
    }
    page.markup("<section class=\"tables\">\n");
    request();
    environment();
    page.markup("</section>\n");
    addresses();
  }

  private void tile(String name, String value) {
    page.markup("<div>").element("b", value).element("span", name).markup("</div>\n");
  }

  private void outcomes() {
    page.table("Outcomes", "outcome", "count");
    page.row(Outcome.OK.key(), Units.grouped(report.outcomes().count(Outcome.OK)));
    for (Map.Entry<Outcome, Long> entry : report.outcomes().counts().entrySet()) {
      if (entry.getKey() != Outcome.OK) {
        page.row(entry.getKey().key(), Units.grouped(entry.getValue()));
      }
    }
    page.endTable();
  }

  private void latencies() {
    page.table("Latencies", "", "count", "min", "mean", "p50", "p90", "p99", "p99.9", "max");
    latency("resolve", report.resolve());
    latency("connect", report.connect());
    latency("tls", report.tls());
    latency("round trip", report.rtt());
    latency("blocked", report.blocked());
    latency("lag", report.lag());
    page.endTable();
  }

  private void latency(String name, @Nullable Latency latency) {
    if (latency != null) {
      page.row(
          name,
          Units.grouped(latency.count()),
          Units.micros(latency.minMicros()),
          Units.micros(latency.meanMicros()),
          Units.micros(latency.p50Micros()),
          Units.micros(latency.p90Micros()),
          Units.micros(latency.p99Micros()),
          Units.micros(latency.p999Micros()),
          Units.micros(latency.maxMicros()));
    }
  }

  private void transport() {
    page.table("Connections and bytes", "", "here", "echo side");
    TestReport.Peer peer = report.peer();
    page.row("opened", Units.grouped(report.connections().opened()), "-");
    page.row("failed", Units.grouped(report.connections().failed()), "-");
    page.row(
        "bytes sent",
        Units.grouped(report.bytes().sent()),
        peer == null ? "-" : Units.grouped(peer.bytesSent()));
    page.row(
        "bytes received",
        Units.grouped(report.bytes().received()),
        peer == null ? "-" : Units.grouped(peer.bytesReceived()));
    TcpInfo here = report.tcp();
    TcpInfo there = peer == null ? null : peer.tcp();
    if (here != null || there != null) {
      tcp("retransmits", here, there, info -> Units.grouped(info.retransmits()));
      tcp("TCP round trip", here, there, info -> Units.micros((double) info.rttMicros()));
      tcp("its deviation", here, there, info -> Units.micros((double) info.rttVarMicros()));
      tcp("congestion window", here, there, info -> Units.grouped(info.cwnd()));
      tcp("path MTU", here, there, info -> Units.grouped(info.pmtu()));
      tcp("MSS", here, there, info -> Units.grouped(info.mss()));
    }
    page.endTable();
  }

  private void tcp(
      String name,
      @Nullable TcpInfo here,
      @Nullable TcpInfo there,
      java.util.function.Function<TcpInfo, String> figure) {
    page.row(
        name, here == null ? "-" : figure.apply(here), there == null ? "-" : figure.apply(there));
  }

  private void search(Search search) {
    page.element("h2", search.maxRate() == null ? "No rate passed" : highest(search));
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

  private void request() {
    page.table("Request");
    JsonObject json = report.request().toJson();
    for (String name : json.fieldNames()) {
      Object value = json.getValue(name);
      if (value != null) {
        page.row(name, value.toString());
      }
    }
    page.endTable();
  }

  private void environment() {
    page.table("Environment");
    page.row("report", report.id());
    if (!report.node().isEmpty()) {
      page.row("node", report.node());
    }
    page.row("echomesh", report.environment().version());
    page.row("Java", report.environment().java());
    page.row("transport", report.environment().transport());
    page.row("system", report.environment().os());
    page.endTable();
  }

  private void addresses() {
    if (report.connections().addresses().isEmpty()) {
      return;
    }
    page.markup("<details>")
        .element(
            "summary", "Addresses of " + report.connections().addresses().size() + " connections");
    page.table("Addresses", "local", "remote");
    report.connections().addresses().forEach(each -> page.row(each.local(), each.remote()));
    page.endTable().markup("</details>\n");
  }
}
