package dev.echomesh.config;

import java.util.Locale;

/** What an endpoint answers. */
public enum EndpointMode {
  /** Every byte, in order, until the client ends (RFC 862). */
  STREAM,
  /** Whole records of the endpoint's frame length. */
  FRAMED;

  /** The name in a configuration: {@code stream} or {@code framed}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
