package dev.echomesh.bus;

import java.util.Locale;
import java.util.stream.Stream;

/** How a path of the mesh is, as far as its own probes tell. */
public enum PathState {
  OK,
  /** It works, and not well: single probes fail, or TCP has to repeat. */
  DEGRADED,
  /** A good part of the probes fails. */
  FAILING,
  /** All of the latest probes failed. */
  DOWN,
  /** What was known is too old: whoever probes it has been silent, or has stopped. */
  STALE,
  /** Nobody probes it, by the choice of the ping list. */
  UNSAMPLED,
  /** It is to be probed, and nothing is known yet. */
  UNKNOWN;

  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that name; {@link #UNKNOWN} for one of a later version. */
  public static PathState ofKey(String key) {
    return Stream.of(values()).filter(s -> s.key().equals(key)).findFirst().orElse(UNKNOWN);
  }

  /** Whether probes of it fail now. */
  public boolean isBroken() {
    return this == FAILING || this == DOWN;
  }
}
