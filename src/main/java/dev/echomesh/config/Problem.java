package dev.echomesh.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param subject the key, file or argument at fault
 * @param fault the value and what was expected
 */
record Problem(String subject, String fault, Origin origin) {
  static Problem of(String subject, String fault) {
    return new Problem(subject, fault, new Origin.Default());
  }

  static Problem of(KeyPath key, String value, String expected, Origin origin) {
    return new Problem(key.toString(), value + " (expected " + expected + ")", origin);
  }

  @Override
  public String toString() {
    String line = (subject + ": " + fault).replaceAll("\\p{Cntrl}", "?");
    return origin instanceof Origin.Default ? line : line + " (from " + origin + ")";
  }
}
