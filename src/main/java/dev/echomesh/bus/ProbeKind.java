package dev.echomesh.bus;

import java.util.Locale;

/** What a probe does when it is sampled. */
public enum ProbeKind {
  /** Sends frames on one connection that stays, and is made again when it has ended. */
  FRAMES,
  /** Makes a new connection, with a source port of its own. */
  CONNECT;

  /** The name in a request. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
