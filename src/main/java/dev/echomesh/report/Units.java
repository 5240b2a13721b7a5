package dev.echomesh.report;

import java.util.Locale;

/**
 * Numbers with their units, for people. A number goes to the next unit where it would be rounded up
 * to it.
 */
final class Units {
  private Units() {}

  /** {@code 1,234,567}. */
  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1 frame}, {@code 1,000 frames}. */
  static String count(long number, String noun) {
    return grouped(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** {@code 64 B}, {@code 64 KiB}, {@code 1.5 MiB}. */
  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    return bytes < (1 << 20) - 51 ? scaled(bytes, 1024, "KiB") : scaled(bytes, 1 << 20, "MiB");
  }

  /** {@code 12.3 MB/s}; decimal, as line rates are. */
  static String bytesPerSecond(double rate) {
    if (rate < 999_950) {
      return String.format(Locale.ROOT, "%.1f kB/s", rate / 1e3);
    }
    return rate < 999.95e6
        ? String.format(Locale.ROOT, "%.1f MB/s", rate / 1e6)
        : String.format(Locale.ROOT, "%.2f GB/s", rate / 1e9);
  }

  /** {@code 28 µs}, {@code 1.53 ms}, {@code 2.10 s}. */
  static String micros(double micros) {
    if (micros < 999.5) {
      return String.format(Locale.ROOT, "%.0f µs", micros);
    }
    return micros < 999_995
        ? String.format(Locale.ROOT, "%.2f ms", micros / 1e3)
        : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
  }

  /** {@code 12.3 %}; two digits just below a hundred, which only a hundred itself reaches. */
  static String percent(double percent) {
    return percent > 99 && percent < 100
        ? String.format(Locale.ROOT, "%.2f %%", Math.floor(percent * 100) / 100)
        : String.format(Locale.ROOT, "%.1f %%", percent);
  }

  /** {@code 1.05}. */
  static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  /** {@code 10.0 s}. */
  static String seconds(double seconds) {
    return seconds < 1 ? micros(seconds * 1e6) : String.format(Locale.ROOT, "%.1f s", seconds);
  }

  private static String scaled(long bytes, int unit, String name) {
    return bytes % unit == 0
        ? bytes / unit + " " + name
        : String.format(Locale.ROOT, "%.1f %s", (double) bytes / unit, name);
  }
}
