package dev.echomesh.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes per second, such as {@code 100MB/s} or {@code 64KiB/s}.
 *
 * @param text as its user wrote it
 */
public record ByteRate(String text, double bytesPerSecond) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)(k|M|G|Ki|Mi|Gi)?B/s");

  /**
   * Parses a rate.
   *
   * @throws InvalidValueException if it has not that form
   */
  public static ByteRate parse(String text) {
    Matcher rate = FORM.matcher(text);
    if (!rate.matches()) {
      throw new InvalidValueException(text, "bytes per second such as 100MB/s or 64KiB/s");
    }
    String unit = rate.group(2) == null ? "" : rate.group(2);
    double scale =
        switch (unit) {
          case "k" -> 1e3;
          case "M" -> 1e6;
          case "G" -> 1e9;
          case "Ki" -> 1024;
          case "Mi" -> 1 << 20;
          case "Gi" -> 1 << 30;
          default -> 1;
        };
    return new ByteRate(text, Double.parseDouble(rate.group(1)) * scale);
  }
}
