package dev.echomesh.tester;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges one step of a search for the highest rate. */
final class Steps {
  /** A path that brings back less than this part of what was due is over its limit. */
  private static final double KEEPS_UP = 0.95;

  private Steps() {}

  /**
   * The step that was run.
   *
   * @param cutShort whether it was ended before its time
   */
  static Search.Step of(double rate, TestReport report, boolean cutShort) {
    double achieved = report.throughput() == null ? 0 : report.throughput().framesPerSecond();
    List<String> reasons = new ArrayList<>(report.reasons());
    if (achieved < rate * KEEPS_UP) {
      reasons.add(String.format(Locale.ROOT, "only %.0f frames/s came back", achieved));
    }
    if (!report.trust().ok()) {
      // a rate that the tester itself cannot keep proves nothing about the path
      reasons.addAll(report.trust().reasons());
    }
    if (cutShort) {
      reasons.add("it was ended early, and proves nothing");
    }
    Latency rtt = report.rtt();
    return new Search.Step(
        rate,
        achieved,
        rtt == null ? null : rtt.p50Micros(),
        rtt == null ? null : rtt.p99Micros(),
        reasons);
  }
}
