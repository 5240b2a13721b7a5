package dev.echomesh.spec;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as users write them: a whole number and {@code ms}, {@code s}, {@code m} or {@code h}.
 */
public final class Durations {
  private static final String EXPECTED = "a duration such as 250ms, 10s, 5m or 1h";
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})(ms|s|m|h)");

  private Durations() {}

  /**
   * Parses {@code 250ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 0s}.
   *
   * @throws InvalidValueException if the text has another form or is more than nanoseconds in a
   *     {@code long} can hold (292 years)
   */
  public static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidValueException(text, EXPECTED);
    }
    long amount = Long.parseLong(form.group(1));
    try {
      Duration duration =
          switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
          };
      return Duration.ofNanos(duration.toNanos());
    } catch (ArithmeticException e) {
      throw new InvalidValueException(text, EXPECTED + ", at most 292 years");
    }
  }

  /**
   * The shortest form that parses back to the duration, in the largest unit that needs no fraction.
   * What is below a millisecond is cut off.
   */
  public static String print(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1_000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1_000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    return minutes % 60 == 0 ? minutes / 60 + "h" : minutes + "m";
  }
}
