package dev.echomesh.tester;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
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
    Latency rtt = report.rtt();
    double due = due(rate, report.request());
    double seconds = Math.max(due, seconds(report));
    double achieved = rtt == null ? 0 : rtt.count() / seconds;
    List<String> reasons = new ArrayList<>(report.reasons());
    if (rtt == null || seconds > due / KEEPS_UP) {
      reasons.add(String.format(Locale.ROOT, "only %.0f frames/s came back", achieved));
    }
    if (!report.trust().ok()) {
      // a rate that the tester itself cannot keep proves nothing about the path
      reasons.addAll(report.trust().reasons());
    }
    if (cutShort) {
      reasons.add("it was ended early, and proves nothing");
    }
    return new Search.Step(
        rate,
        achieved,
        rtt == null ? null : rtt.p50Micros(),
        rtt == null ? null : rtt.p99Micros(),
        reasons);
  }

  /**
   * The time that the frames took to come back, without the round trip of the last one: a path that
   * is long is not slow. 0 if none came back.
   */
  private static double seconds(TestReport report) {
    Latency rtt = report.rtt();
    return rtt == null || report.throughput() == null
        ? 0
        : rtt.count() / report.throughput().framesPerSecond() - rtt.minMicros() / 1e6;
  }

  /** The time in which they were to be sent. */
  private static double due(double rate, TestRequest request) {
    double duration = request.duration().toNanos() / 1e9;
    return request.count() > 0 ? Math.min(duration, request.count() / rate) : duration;
  }
}
