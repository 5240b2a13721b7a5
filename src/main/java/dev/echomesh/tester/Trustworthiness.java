package dev.echomesh.tester;

import dev.echomesh.bus.TestReport.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Decides whether a measurement can be believed, or rather shows the tester's own slowness. */
final class Trustworthiness {
  /** Longer than garbage collection takes; shorter than what anybody would want to miss. */
  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long SMALL_LAG_MICROS = 1000;

  private Trustworthiness() {}

  static Trust of(LoopResult result) {
    List<String> reasons = new ArrayList<>();
    if (result.longestStallNanos > STALL_NANOS) {
      reasons.add(
          "the tester stood still for %d ms: it was stopped, or starved of CPU"
              .formatted(TimeUnit.NANOSECONDS.toMillis(result.longestStallNanos)));
    }
    long lag = result.lag.micros().getValueAtPercentile(99);
    long rtt = result.rtt.micros().getValueAtPercentile(99);
    if (lag > SMALL_LAG_MICROS && lag > rtt / 10) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "the tester's event loop was late by %.1f ms (p99), which is in the round trips"
                  + " (p99 %.1f ms)",
              lag / 1000.0,
              rtt / 1000.0));
    }
    return new Trust(reasons.isEmpty(), reasons);
  }
}
