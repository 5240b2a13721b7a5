package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decides whether a path passed. */
final class Verdict {
  private Verdict() {}

  /**
   * Why it did not; empty if it passed. A path passes if at least one frame is ok, every other
   * frame is ok or was cancelled by the user's own stop, and no connection failed.
   */
  static List<String> reasons(Outcomes outcomes, boolean stoppedByUser) {
    List<String> reasons = new ArrayList<>();
    for (Map.Entry<Outcome, Long> entry : outcomes.counts().entrySet()) {
      Outcome outcome = entry.getKey();
      long count = entry.getValue();
      if (outcome == Outcome.OK || (outcome == Outcome.CANCELLED && stoppedByUser)) {
        continue;
      }
      String what = outcome.isOfConnection() ? "connection" : "frame";
      reasons.add(count + " " + what + (count == 1 ? "" : "s") + " " + outcome.key());
    }
    if (outcomes.count(Outcome.OK) == 0) {
      reasons.add("no frame was ok");
    }
    return reasons;
  }
}
