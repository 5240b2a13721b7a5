package dev.echomesh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * One axis of a plot.
 *
 * @param low value where it begins, positive if it is logarithmic
 * @param high value where it ends, above {@code low}
 */
record Axis(String label, double low, double high, boolean logarithmic, List<Tick> ticks) {
  private static final int MAX_TICKS = 6;

  /** A place on the axis and what stands there. */
  record Tick(double value, String text) {}

  /** From 0 to a round number that is not below the highest value. */
  static Axis linear(String label, double highest, DoubleFunction<String> print) {
    double top = highest > 0 ? highest : 1;
    double step = roundStep(top / (MAX_TICKS - 1));
    List<Tick> ticks = new ArrayList<>();
    int steps = (int) Math.ceil(top / step - 1e-9);
    for (int i = 0; i <= steps; i++) {
      ticks.add(new Tick(i * step, print.apply(i * step)));
    }
    return new Axis(label, 0, steps * step, false, ticks);
  }

  /** From 0 to the highest value itself, which time series end at. */
  static Axis time(String label, double highest, DoubleFunction<String> print) {
    Axis round = linear(label, highest, print);
    double end = highest > 0 ? highest : round.high;
    return new Axis(
        label, 0, end, false, round.ticks.stream().filter(t -> t.value <= end * 1.001).toList());
  }

  /** Logarithmic, with a tick at 1, 2 and 5 of each decade, or at fewer where there are many. */
  static Axis logarithmic(
      String label, double lowest, double highest, DoubleFunction<String> print) {
    double low = lowest / 1.05;
    double high = Math.max(highest * 1.05, low * 2);
    double decades = Math.log10(high / low);
    int[] marks = decades > 3 ? new int[] {1} : decades > 1.5 ? new int[] {1, 3} : decadeMarks(low);
    List<Tick> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
      for (int mark : marks) {
        double value = mark * Math.pow(10, power);
        if (value >= low && value <= high) {
          ticks.add(new Tick(value, print.apply(value)));
        }
      }
    }
    return new Axis(label, low, high, true, ticks);
  }

  /**
   * As HdrHistogram's plots have it: each step of the same width has a tenth of the frames of the
   * one before. A percentile p is at {@code 100 / (100 - p)}.
   *
   * @param count of samples; the axis ends where one of them is
   */
  static Axis percentiles(long count) {
    double end = Math.max(10, count);
    List<Tick> ticks = new ArrayList<>();
    ticks.add(new Tick(1, "0"));
    if (end < 1e5) {
      ticks.add(new Tick(2, "50"));
    }
    for (int nines = 1; Math.pow(10, nines) <= end; nines++) {
      String text = "9".repeat(nines);
      ticks.add(
          new Tick(
              Math.pow(10, nines),
              nines == 1
                  ? "90"
                  : nines == 2 ? text : text.substring(0, 2) + "." + text.substring(2)));
    }
    return new Axis("percentile (%)", 1, end, true, ticks);
  }

  /** Where a value is: 0 at the beginning of the axis, 1 at its end. */
  double position(double value) {
    double inside = Math.max(low, Math.min(value, high));
    return logarithmic
        ? Math.log(inside / low) / Math.log(high / low)
        : (inside - low) / (high - low);
  }

  /** {@code 1200}, {@code 12k}, {@code 1.5M}. */
  static String shortNumber(double number) {
    double size = Math.abs(number);
    if (size >= 1e6) {
      return trimmed(number / 1e6) + "M";
    }
    return size >= 1e4 ? trimmed(number / 1e3) + "k" : trimmed(number);
  }

  /** {@code 20 µs}, {@code 1.5 ms}, {@code 2 s}. */
  static String shortTime(double micros) {
    if (micros >= 1e6) {
      return trimmed(micros / 1e6) + " s";
    }
    return micros >= 1e3 ? trimmed(micros / 1e3) + " ms" : trimmed(micros) + " µs";
  }

  private static String trimmed(double number) {
    String text = String.format(Locale.ROOT, "%.2f", number);
    return text.replaceAll("\\.?0+$", "");
  }

  private static double roundStep(double atLeast) {
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (double mark : new double[] {1, 2, 5}) {
      if (mark * power >= atLeast * 0.999) {
        return mark * power;
      }
    }
    return 10 * power;
  }

  private static int[] decadeMarks(double low) {
    return low <= 0 ? new int[] {1} : new int[] {1, 2, 3, 5, 7};
  }
}
