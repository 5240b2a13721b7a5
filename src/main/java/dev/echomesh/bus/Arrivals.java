package dev.echomesh.bus;

import java.util.Locale;

/** How the frames of an open loop are spread. */
public enum Arrivals {
  /** Evenly. */
  CONSTANT,
  /** Independently of each other, as requests of many users are. */
  POISSON;

  /** The name on the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
