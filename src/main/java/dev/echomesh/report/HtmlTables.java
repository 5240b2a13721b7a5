package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Rfc6349;
import dev.echomesh.bus.SourceResult;
import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The figures of a report in tables. */
final class HtmlTables {
  private final Html page;
  private final TestReport report;

  HtmlTables(Html page, TestReport report) {
    this.page = page;
    this.report = report;
  }

  void outcomes() {
    page.table("Outcomes", "outcome", "count");
    page.row(Outcome.OK.key(), Units.grouped(report.outcomes().count(Outcome.OK)));
    for (Map.Entry<Outcome, Long> entry : report.outcomes().counts().entrySet()) {
      if (entry.getKey() != Outcome.OK) {
        page.row(entry.getKey().key(), Units.grouped(entry.getValue()));
      }
    }
    page.endTable();
  }

  /** Of a run from several nodes; nothing for any other. */
  void sources() {
    if (report.sources().isEmpty()) {
      return;
    }
    page.table("Sources", "from", "verdict", "frames", "p50", "p99", "problem");
    for (SourceResult source : report.sources()) {
      page.row(
          source.node(),
          source.verdict(),
          source.verdict().equals("none") ? "" : TextReport.outcomes(source.frames()),
          TextReport.time(source.p50Micros()),
          TextReport.time(source.p99Micros()),
          source.problem() == null ? "" : source.problem());
    }
    page.endTable();
  }

  void latencies() {
    page.table("Latencies", "", "count", "min", "mean", "p50", "p90", "p99", "p99.9", "max");
    latency("resolve", report.resolve());
    latency("connect", report.connect());
    latency("tls", report.tls());
    latency("round trip", report.rtt());
    latency("blocked", report.blocked());
    latency("residence", report.residence());
    latency("path", report.path());
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

  void transport() {
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
    Rfc6349 figures = report.rfc6349();
    if (figures != null) {
      rfc6349("transfer-time ratio", figures.transferTimeRatio(), Units::ratio);
      rfc6349("TCP efficiency, estimated", figures.tcpEfficiencyPercent(), Units::percent);
      rfc6349("buffer delay", figures.bufferDelayPercent(), Units::percent);
      rfc6349("shortest TCP round trip", figures.baselineRttMicros(), Units::micros);
      rfc6349("average TCP round trip", figures.averageRttMicros(), Units::micros);
    }
    page.endTable();
  }

  private void rfc6349(String name, @Nullable Double value, Function<Double, String> print) {
    if (value != null) {
      page.row(name, print.apply(value), "-");
    }
  }

  private void tcp(
      String name,
      @Nullable TcpInfo here,
      @Nullable TcpInfo there,
      Function<TcpInfo, String> figure) {
    page.row(
        name, here == null ? "-" : figure.apply(here), there == null ? "-" : figure.apply(there));
  }

  void request() {
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

  void environment() {
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

  void addresses() {
    if (report.connections().addresses().isEmpty()) {
      return;
    }
    page.markup("<details>")
        .element(
            "summary", "Addresses of " + report.connections().addresses().size() + " connections");
    page.table("Addresses", "local", "remote", "retransmits", "TCP round trip", "window", "MSS");
    for (TestReport.AddressPair each : report.connections().addresses()) {
      TcpInfo tcp = each.tcp();
      page.row(
          each.local(),
          each.remote(),
          tcp == null ? "-" : Units.grouped(tcp.retransmits()),
          tcp == null ? "-" : Units.micros((double) tcp.rttMicros()),
          tcp == null ? "-" : Units.grouped(tcp.cwnd()),
          tcp == null ? "-" : Units.grouped(tcp.mss()));
    }
    page.endTable().markup("</details>\n");
  }
}
