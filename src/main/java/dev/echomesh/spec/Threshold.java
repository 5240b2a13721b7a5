package dev.echomesh.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition under which a run fails: {@code p99 > 5ms}, {@code tcp.retransmits > 0}, {@code
 * throughput < 100MB/s}.
 *
 * @param text as its user wrote it
 * @param limit in the figure's unit
 */
public record Threshold(String text, Figure figure, Comparison comparison, double limit) {
  private static final Pattern FORM =
      Pattern.compile("\\s*([a-z][a-z0-9._]*)\\s*(>=|<=|>|<)\\s*(\\S+)\\s*");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,6})?");
  private static final Pattern TIME = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)(us|µs|ms|s|m)");

  /** How a figure is compared with its limit. */
  public enum Comparison {
    ABOVE(">"),
    AT_LEAST(">="),
    BELOW("<"),
    AT_MOST("<=");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    boolean holds(double value, double limit) {
      return switch (this) {
        case ABOVE -> value > limit;
        case AT_LEAST -> value >= limit;
        case BELOW -> value < limit;
        case AT_MOST -> value <= limit;
      };
    }
  }

  /**
   * Parses an expression.
   *
   * @throws InvalidValueException if it has not the form {@code FIGURE > VALUE}, names a figure
   *     that does not exist, or its value has not the figure's unit
   */
  public static Threshold parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidValueException(
          text, "FIGURE > VALUE, FIGURE < VALUE, >= or <=, such as 'p99 > 5ms'");
    }
    Figure figure =
        Figure.find(form.group(1))
            .orElseThrow(
                () -> new InvalidValueException(text, "one of the figures " + Figure.known()));
    Comparison comparison =
        java.util.Arrays.stream(Comparison.values())
            .filter(c -> c.sign.equals(form.group(2)))
            .findFirst()
            .orElseThrow();
    return new Threshold(text.trim(), figure, comparison, limit(text, figure, form.group(3)));
  }

  /** Whether the figure breaks the threshold, so that the run fails. */
  public boolean isBrokenBy(double value) {
    return comparison.holds(value, limit);
  }

  private static double limit(String text, Figure figure, String value) {
    return switch (figure.unit()) {
      case TIME -> micros(text, value);
      case COUNT -> count(text, value);
      case PER_SECOND -> perSecond(text, value);
      case BYTES_PER_SECOND -> bytesPerSecond(text, value);
      case PERCENT -> percent(text, value);
      case RATIO -> number(text, value, "a number such as 1.05");
    };
  }

  private static double micros(String text, String value) {
    Matcher time = TIME.matcher(value);
    if (!time.matches()) {
      throw new InvalidValueException(text, "a time such as 500us, 5ms or 1.5s");
    }
    double unit =
        switch (time.group(2)) {
          case "ms" -> 1e3;
          case "s" -> 1e6;
          case "m" -> 60e6;
          default -> 1;
        };
    return Double.parseDouble(time.group(1)) * unit;
  }

  private static double count(String text, String value) {
    if (!value.matches("\\d{1,15}")) {
      throw new InvalidValueException(text, "a whole number");
    }
    return Double.parseDouble(value);
  }

  private static double perSecond(String text, String value) {
    Rate rate = Rate.parse(value);
    if (rate.ramp() != null) {
      throw new InvalidValueException(text, "a rate such as 1000 or 50k, no ramp");
    }
    return rate.from();
  }

  private static double percent(String text, String value) {
    String expected = "a percentage such as 99.9%";
    if (!value.endsWith("%")) {
      throw new InvalidValueException(text, expected);
    }
    return number(text, value.substring(0, value.length() - 1), expected);
  }

  private static double number(String text, String value, String expected) {
    if (!NUMBER.matcher(value).matches()) {
      throw new InvalidValueException(text, expected);
    }
    return Double.parseDouble(value);
  }

  private static double bytesPerSecond(String text, String value) {
    try {
      return ByteRate.parse(value).bytesPerSecond();
    } catch (InvalidValueException e) {
      throw new InvalidValueException(text, e.expected());
    }
  }
}
