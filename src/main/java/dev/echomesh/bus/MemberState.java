package dev.echomesh.bus;

import java.util.Locale;

/** What a member of a cluster is about to do. */
public enum MemberState {
  UP,
  /** It drains and will be gone soon. */
  LEAVING;

  /** As in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of that key; {@link #UP} for one that only a later version knows. */
  static MemberState of(String key) {
    return LEAVING.key().equals(key) ? LEAVING : UP;
  }
}
