package dev.echomesh.bus;

import java.util.Locale;

/** How a test sends. */
public enum TestMode {
  /** Closed loop: one frame in flight per connection. */
  PING,
  /** Open loop: frames at a rate, whatever became of the earlier ones. */
  RATE,
  /** Full duplex: a window of frames in flight per connection. */
  STREAM,
  /** A new connection for every frame. */
  CONNECT,
  /** Searches the highest rate that keeps all thresholds. */
  FIND_MAX;

  /** The name on the command line: {@code ping}, {@code find-max}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
