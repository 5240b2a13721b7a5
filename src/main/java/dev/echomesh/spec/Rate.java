package dev.echomesh.spec;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Frames or connections per second: one rate, or one that changes evenly from a first to a last.
 *
 * @param from 0.001 to 100,000,000 per second
 * @param to equal to {@code from} for a rate that does not change
 * @param ramp how long the change takes; null if there is none. The last rate is held after it
 */
public record Rate(double from, double to, @Nullable Duration ramp) {
  private static final String EXPECTED =
      "a rate such as 1000, 50k or 1.5M per second, or a ramp such as 1k..50k/30s";
  private static final double MIN = 0.001;
  private static final double MAX = 100_000_000;

  /** A rate that does not change. */
  public static Rate constant(double perSecond) {
    return new Rate(perSecond, perSecond, null);
  }

  /**
   * Parses {@code 1000}, {@code 50k}, {@code 1.5M} or {@code 1k..50k/30s}.
   *
   * @throws InvalidValueException if it is none of these or out of range
   */
  public static Rate parse(String text) {
    int dots = text.indexOf("..");
    if (dots < 0) {
      return constant(perSecond(text, text));
    }
    int slash = text.indexOf('/', dots);
    if (slash < 0) {
      throw new InvalidValueException(text, EXPECTED);
    }
    Duration ramp = Durations.parse(text.substring(slash + 1));
    if (ramp.isZero()) {
      throw new InvalidValueException(text, EXPECTED + ", longer than 0s");
    }
    return new Rate(
        perSecond(text, text.substring(0, dots)),
        perSecond(text, text.substring(dots + 2, slash)),
        ramp);
  }

  @Override
  public String toString() {
    return ramp == null
        ? print(from)
        : print(from) + ".." + print(to) + "/" + Durations.print(ramp);
  }

  private static String print(double rate) {
    return new BigDecimal(Double.toString(rate)).stripTrailingZeros().toPlainString();
  }

  private static double perSecond(String text, String number) {
    if (!number.matches("\\d{1,12}(\\.\\d{1,9})?[kM]?")) {
      throw new InvalidValueException(text, EXPECTED);
    }
    int zeros = number.endsWith("k") ? 3 : number.endsWith("M") ? 6 : 0;
    String digits = zeros == 0 ? number : number.substring(0, number.length() - 1);
    // in decimal, so that what is printed can be read again
    double rate = new BigDecimal(digits).scaleByPowerOfTen(zeros).doubleValue();
    if (rate < MIN || rate > MAX) {
      throw new InvalidValueException(text, EXPECTED + ", 0.001 to 100M");
    }
    return rate;
  }
}
