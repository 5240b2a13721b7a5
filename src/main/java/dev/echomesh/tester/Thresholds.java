package dev.echomesh.tester;

import dev.echomesh.bus.Figures;
import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Holds a report against the conditions under which it fails. */
final class Thresholds {
  private Thresholds() {}

  /** Which thresholds are broken, or could not be checked because their figure is missing. */
  static List<String> broken(List<Threshold> thresholds, TestReport report) {
    List<String> broken = new ArrayList<>();
    for (Threshold threshold : thresholds) {
      OptionalDouble value = Figures.value(threshold.figure(), report);
      if (value.isEmpty()) {
        broken.add(threshold.text() + ": " + threshold.figure().key() + " could not be measured");
      } else if (threshold.isBrokenBy(value.getAsDouble())) {
        broken.add(threshold.text() + ": it is " + print(threshold, value.getAsDouble()));
      }
    }
    return broken;
  }

  private static String print(Threshold threshold, double value) {
    return switch (threshold.figure().unit()) {
      case TIME -> String.format(Locale.ROOT, "%.0f us", value);
      case PERCENT -> String.format(Locale.ROOT, "%.2f %%", value);
      case RATIO -> String.format(Locale.ROOT, "%.3f", value);
      case COUNT -> String.format(Locale.ROOT, "%.0f", value);
      case PER_SECOND -> String.format(Locale.ROOT, "%.0f/s", value);
      case BYTES_PER_SECOND -> String.format(Locale.ROOT, "%.3f MB/s", value / 1e6);
    };
  }
}
