package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.TestReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reports side by side, the merged one last: a row per figure, a column per report. */
public final class Comparison {
  private final List<String> names = new ArrayList<>();
  private final List<TestReport> reports = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  private Comparison(List<NamedReport> named) {
    named.forEach(
        each -> {
          names.add(each.name());
          reports.add(each.report());
        });
    names.add("merged");
    reports.add(Merge.of(named));
    row("verdict", each -> each.passed() ? "PASS" : "FAIL");
    row("trust", each -> each.trust().ok() ? "yes" : "no");
    row("target", each -> each.request().target().toString());
    if (named.stream().map(each -> each.report().request().target()).distinct().count() > 1) {
      List<String> targets = rows.get(rows.size() - 1);
      targets.set(targets.size() - 1, "several");
    }
    row("duration", each -> Units.seconds(each.durationSeconds()));
    row("frames", each -> Units.grouped(each.outcomes().frames()));
    Stream.of(Outcome.values())
        .filter(outcome -> reports.stream().anyMatch(each -> each.outcomes().count(outcome) > 0))
        .forEach(
            outcome -> row(outcome.key(), each -> Units.grouped(each.outcomes().count(outcome))));
    row("frames/s", Comparison::framesPerSecond);
    row("each way", Comparison::bytesPerSecond);
    row("retransmits", e -> e.tcp() == null ? "-" : Units.grouped(e.tcp().retransmits()));
    latency("rtt", TestReport::rtt);
    latency("residence", TestReport::residence);
    latency("path", TestReport::path);
    latency("connect", TestReport::connect);
  }

  public static Comparison of(List<NamedReport> reports) {
    return new Comparison(reports);
  }

  /** A table in text; every line ends with a line break. */
  public String render() {
    StringBuilder out = new StringBuilder();
    List<List<String>> lines = new ArrayList<>();
    lines.add(heads());
    lines.addAll(rows);
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        String cell = line.get(column);
        String gap = " ".repeat(width(lines, column) - cell.length());
        text.append(column == 0 ? cell + gap : "  " + gap + cell);
      }
      out.append(text.toString().stripTrailing()).append(System.lineSeparator());
    }
    return out.toString();
  }

  void writeTo(Html page) {
    page.table("Side by side", heads().toArray(new String[0]));
    for (List<String> row : rows) {
      page.row(row.get(0), row.subList(1, row.size()).toArray(new String[0]));
    }
    page.endTable();
  }

  private List<String> heads() {
    List<String> heads = new ArrayList<>(List.of(""));
    heads.addAll(names);
    return heads;
  }

  private void row(String head, Function<TestReport, String> cell) {
    List<String> row = new ArrayList<>(List.of(head));
    reports.forEach(each -> row.add(cell.apply(each)));
    rows.add(row);
  }

  private void latency(String name, Function<TestReport, @Nullable Latency> part) {
    if (reports.stream().anyMatch(each -> part.apply(each) != null)) {
      figure(name + " p50", part, Latency::p50Micros);
      figure(name + " p90", part, Latency::p90Micros);
      figure(name + " p99", part, Latency::p99Micros);
      figure(name + " p99.9", part, Latency::p999Micros);
      figure(name + " max", part, Latency::maxMicros);
    }
  }

  private void figure(
      String head, Function<TestReport, @Nullable Latency> part, Function<Latency, Double> figure) {
    row(
        head,
        each -> {
          Latency latency = part.apply(each);
          return latency == null ? "-" : Units.micros(figure.apply(latency));
        });
  }

  private static String framesPerSecond(TestReport report) {
    return report.throughput() == null
        ? "-"
        : Units.grouped(Math.round(report.throughput().framesPerSecond()));
  }

  private static String bytesPerSecond(TestReport report) {
    return report.throughput() == null
        ? "-"
        : Units.bytesPerSecond(report.throughput().bytesPerSecond());
  }

  private static int width(List<List<String>> lines, int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
  }
}
