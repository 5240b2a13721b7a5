package dev.echomesh.report;

import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestReport.Throughput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time that several runs took together.
 *
 * @param seconds during which at least one of them was under way: the longest one's where they ran
 *     at the same time, the sum where one followed the other
 * @param throughput what came back intact in the measured part of that time; null if no report has
 *     a throughput
 */
record Span(double seconds, @Nullable Throughput throughput) {
  private record Interval(double from, double to) {}

  static Span of(List<TestReport> reports) {
    TestReport first = reports.get(0);
    List<Interval> runs = new ArrayList<>();
    List<Interval> measured = new ArrayList<>();
    double frames = 0;
    double bytes = 0;
    for (TestReport report : reports) {
      double from = Duration.between(first.startedAt(), report.startedAt()).toNanos() / 1e9;
      double to = from + report.durationSeconds();
      runs.add(new Interval(from, to));
      Throughput throughput = report.throughput();
      if (throughput != null) {
        double seconds = measuredSeconds(report, throughput);
        measured.add(new Interval(to - seconds, to));
        frames += throughput.framesPerSecond() * seconds;
        bytes += throughput.bytesPerSecond() * seconds;
      }
    }
    double time = union(measured);
    return new Span(union(runs), time > 0 ? new Throughput(frames / time, bytes / time) : null);
  }

  /** The report gives the rate and, with the round trips, the frames; so this is the rest. */
  private static double measuredSeconds(TestReport report, Throughput throughput) {
    return report.rtt() == null || throughput.framesPerSecond() <= 0
        ? report.durationSeconds()
        : report.rtt().count() / throughput.framesPerSecond();
  }

  private static double union(List<Interval> intervals) {
    double length = 0;
    double covered = Double.NEGATIVE_INFINITY;
    for (Interval each :
        intervals.stream().sorted(Comparator.comparingDouble(Interval::from)).toList()) {
      length += Math.max(0, each.to - Math.max(each.from, covered));
      covered = Math.max(covered, each.to);
    }
    return length;
  }
}
