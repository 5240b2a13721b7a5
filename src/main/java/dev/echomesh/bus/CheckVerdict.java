package dev.echomesh.bus;

import java.util.Locale;

/** What a check came to. */
public enum CheckVerdict {
  PASS,
  FAIL,
  /** It could not be decided; the evidence says why. */
  INCONCLUSIVE,
  /** It does not apply here, or was not asked for. */
  SKIPPED;

  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
