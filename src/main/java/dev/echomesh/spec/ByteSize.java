package dev.echomesh.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 64}, {@code 64KiB}, {@code 1MiB} or {@code 1GiB}.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) {
  private static final String EXPECTED = "a size such as 64, 64KiB, 1MiB or 1GiB";
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})(KiB|MiB|GiB)?");

  public ByteSize {
    if (bytes < 0) {
      throw new InvalidValueException(Long.toString(bytes), EXPECTED);
    }
  }

  /**
   * Parses a whole number of bytes with an optional binary unit.
   *
   * @throws InvalidValueException if the text has another form or is 8 EiB or more
   */
  public static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidValueException(text, EXPECTED);
    }
    String unit = form.group(2);
    try {
      return new ByteSize(
          Math.multiplyExact(Long.parseLong(form.group(1)), unit == null ? 1L : 1L << shift(unit)));
    } catch (ArithmeticException e) {
      throw new InvalidValueException(text, EXPECTED + ", below 8 EiB");
    }
  }

  /** The form that parses back to the size, in the largest unit that needs no fraction. */
  @Override
  public String toString() {
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      long scale = 1L << shift(unit);
      if (bytes > 0 && bytes % scale == 0) {
        return bytes / scale + unit;
      }
    }
    return Long.toString(bytes);
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      default -> 30;
    };
  }
}
