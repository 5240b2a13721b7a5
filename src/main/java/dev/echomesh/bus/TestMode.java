package dev.echomesh.bus;

import java.util.Locale;

/** How a test sends. */
public enum TestMode {
  /** Closed loop: one frame in flight per connection. */
  PING,
  /** Full duplex: a window of frames in flight per connection. */
  STREAM;

  /** The name on the command line: {@code ping}, {@code stream}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
