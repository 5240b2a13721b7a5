package dev.echomesh.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.echomesh.spec.InvalidValueException;
import dev.echomesh.spec.Threshold;

/** A threshold is refused with a reason, or has a limit that a figure can be compared with. */
public final class ThresholdFuzz {
  private ThresholdFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Threshold threshold;
    try {
      threshold = Threshold.parse(new String(input, UTF_8));
    } catch (InvalidValueException refused) {
      return;
    }
    if (!Double.isFinite(threshold.limit()) || threshold.limit() < 0) {
      throw new AssertionError(threshold + " has no limit");
    }
    if (!Threshold.parse(threshold.text()).equals(threshold)) {
      throw new AssertionError(threshold + " is another when parsed again");
    }
  }
}
