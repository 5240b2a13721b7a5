package dev.echomesh.bus;

import java.util.Locale;

/** How well something does, from good to bad. */
public enum HealthStatus {
  OK,
  /** It works, and something is wrong: slow, short of a resource, or refusing some. */
  DEGRADED,
  /** It does not work. */
  DOWN;

  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static HealthStatus of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  HealthStatus worse(HealthStatus other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
