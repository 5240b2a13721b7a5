package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.Rfc6349;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.SourceResult;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.TcpInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as a table that one can read at a glance. */
public final class TextReport {
  private static final String ROW = "%-11s %9s %9s %9s %9s %9s %9s %9s%n";

  private TextReport() {}

  /** Several lines, the verdict first and last thing to see; ends with a line break. */
  public static String render(TestReport report) {
    StringBuilder out = new StringBuilder();
    TestRequest request = report.request();
    out.append(
        "%s %s  %s, %s of %s, %s%n"
            .formatted(
                report.passed() ? "PASS" : "FAIL",
                request.target(),
                request.mode().key(),
                Units.count(request.connections(), "connection"),
                Units.bytes(request.frameLength()) + " frames",
                Units.seconds(report.durationSeconds())));
    out.append("%n%-11s %s%n".formatted("frames", outcomes(report.outcomes())));
    out.append(
        "%-11s %s opened, %s failed%n"
            .formatted(
                "connections", report.connections().opened(), report.connections().failed()));
    out.append(
        "%-11s %s sent, %s received%n"
            .formatted(
                "bytes",
                Units.grouped(report.bytes().sent()),
                Units.grouped(report.bytes().received())));
    if (report.peer() != null) {
      out.append(
          "%-11s %s received, %s sent back%n"
              .formatted(
                  "peer",
                  Units.grouped(report.peer().bytesReceived()),
                  Units.grouped(report.peer().bytesSent())));
    }
    if (report.throughput() != null) {
      out.append(
          "%-11s %s frames/s, %s each way%n"
              .formatted(
                  "throughput",
                  Units.grouped(Math.round(report.throughput().framesPerSecond())),
                  Units.bytesPerSecond(report.throughput().bytesPerSecond())));
    }
    if (report.tcp() != null) {
      out.append("%-11s %s%n".formatted("tcp", tcp(report.tcp())));
    }
    if (report.rfc6349() != null) {
      out.append("%-11s %s%n".formatted("rfc 6349", rfc6349(report.rfc6349())));
    }
    if (report.peer() != null && report.peer().tcp() != null) {
      out.append("%-11s %s%n".formatted("peer tcp", tcp(report.peer().tcp())));
    }
    if (report.search() != null) {
      out.append(search(report.search()));
    }
    out.append(latencies(report));
    for (SourceResult source : report.sources()) {
      out.append(source(source)).append(System.lineSeparator());
    }
    if (!report.sources().isEmpty()) {
      out.append(System.lineSeparator());
    }
    for (String reason : report.reasons()) {
      out.append("problem     ").append(Printable.of(reason)).append(System.lineSeparator());
    }
    for (String reason : report.trust().reasons()) {
      out.append("not to trust ").append(Printable.of(reason)).append(System.lineSeparator());
    }
    for (String note : report.notes()) {
      out.append("note        ").append(Printable.of(note)).append(System.lineSeparator());
    }
    return out.toString();
  }

  /** The figures of a report in one line, without its target. */
  public static String summary(TestReport report) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "%s of %s sent"
            .formatted(
                Units.count(report.outcomes().frames(), "frame"),
                Units.bytes(report.request().frameLength())));
    parts.add(outcomes(report.outcomes()));
    if (report.rtt() != null) {
      parts.add(
          "round trip p50 %s, p99 %s, max %s"
              .formatted(
                  Units.micros(report.rtt().p50Micros()),
                  Units.micros(report.rtt().p99Micros()),
                  Units.micros(report.rtt().maxMicros())));
    }
    return String.join("; ", parts);
  }

  static String outcomes(Outcomes outcomes) {
    List<String> parts = new ArrayList<>();
    parts.add(Units.grouped(outcomes.count(Outcome.OK)) + " ok");
    for (Map.Entry<Outcome, Long> entry : outcomes.counts().entrySet()) {
      if (entry.getKey() != Outcome.OK) {
        parts.add(Units.grouped(entry.getValue()) + " " + entry.getKey().key());
      }
    }
    return String.join(", ", parts);
  }

  private static String source(SourceResult source) {
    String figures =
        source.verdict().equals("none")
            ? "no report"
            : "%s; p50 %s, p99 %s"
                .formatted(
                    outcomes(source.frames()), time(source.p50Micros()), time(source.p99Micros()));
    return "%-11s %s %s: %s%s"
        .formatted(
            "from",
            Printable.of(source.node()),
            source.verdict().equals("pass") ? "PASS" : "FAIL",
            figures,
            source.problem() == null ? "" : "; " + Printable.of(source.problem()));
  }

  /** {@code 28 µs}; a dash for what was not measured. */
  public static String time(@Nullable Double micros) {
    return micros == null ? "-" : Units.micros(micros);
  }

  private static String tcp(TcpInfo info) {
    return "%s, rtt %s ± %s, cwnd %s, path MTU %s, MSS %s"
        .formatted(
            Units.count(info.retransmits(), "retransmit"),
            Units.micros((double) info.rttMicros()),
            Units.micros((double) info.rttVarMicros()),
            Units.grouped(info.cwnd()),
            info.pmtu(),
            info.mss());
  }

  private static String rfc6349(Rfc6349 figures) {
    List<String> parts = new ArrayList<>();
    if (figures.transferTimeRatio() != null) {
      parts.add("transfer-time ratio " + Units.ratio(figures.transferTimeRatio()));
    }
    parts.add(
        "TCP efficiency %s (estimated from segments)"
            .formatted(Units.percent(figures.tcpEfficiencyPercent())));
    if (figures.bufferDelayPercent() != null) {
      parts.add("buffer delay " + Units.percent(figures.bufferDelayPercent()));
    } else if (figures.baselineRttMicros() != null && figures.averageRttMicros() != null) {
      parts.add(
          "rtt %s at its shortest and %s on average"
              .formatted(
                  Units.micros(figures.baselineRttMicros()),
                  Units.micros(figures.averageRttMicros())));
    }
    return String.join(", ", parts);
  }

  private static String search(Search search) {
    StringBuilder rows = new StringBuilder();
    rows.append(
        "%-11s %s%n"
            .formatted(
                "highest",
                search.maxRate() == null
                    ? "no rate passed"
                    : "%s frames/s, to within %.0f %%"
                        .formatted(
                            Units.grouped(Math.round(search.maxRate())),
                            search.resolutionPercent())));
    for (Search.Step step : search.steps()) {
      rows.append(
          "  %-9s %s frames/s: %s back, p50 %s, p99 %s%s%n"
              .formatted(
                  step.passed() ? "passed" : "failed",
                  Units.grouped(Math.round(step.rate())),
                  Units.grouped(Math.round(step.achieved())),
                  time(step.p50Micros()),
                  time(step.p99Micros()),
                  step.passed() ? "" : "; " + Printable.of(step.reasons().get(0))));
    }
    return rows.toString();
  }

  private static String latencies(TestReport report) {
    StringBuilder rows = new StringBuilder();
    row(rows, "resolve", report.resolve());
    row(rows, "connect", report.connect());
    row(rows, "tls", report.tls());
    row(rows, "round trip", report.rtt());
    row(rows, "blocked", report.blocked());
    row(rows, "residence", report.residence());
    row(rows, "path", report.path());
    row(rows, "lag", report.lag());
    if (rows.length() == 0) {
      return System.lineSeparator();
    }
    String head = ROW.formatted("latency", "count", "min", "p50", "p90", "p99", "p99.9", "max");
    return System.lineSeparator() + head + rows + System.lineSeparator();
  }

  private static void row(StringBuilder rows, String name, @Nullable Latency latency) {
    if (latency != null) {
      rows.append(
          String.format(
              Locale.ROOT,
              ROW,
              name,
              Units.grouped(latency.count()),
              Units.micros(latency.minMicros()),
              Units.micros(latency.p50Micros()),
              Units.micros(latency.p90Micros()),
              Units.micros(latency.p99Micros()),
              Units.micros(latency.p999Micros()),
              Units.micros(latency.maxMicros())));
    }
  }
}
