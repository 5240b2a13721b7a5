package dev.echomesh.bus;

import java.util.Locale;

/**
 * How a frame, or a connection that could not be used, ended. A closed set; each ends in exactly
 * one.
 */
public enum Outcome {
  /** Every byte came back. */
  OK,
  /** Nothing came back in time; the connection ends. */
  TIMEOUT,
  /** Bytes differ. */
  MISMATCH,
  /** A later frame came back, this one never. */
  LOST,
  /** It came back more than once. */
  DUPLICATED,
  /** It came back below the next expected sequence (RFC 4737). */
  REORDERED,
  /** A frame of another connection or run came in its place. */
  FOREIGN,
  /** The peer ended inside the frame. */
  TRUNCATED,
  /** The peer ended with the frame outstanding. */
  CLOSED,
  /** The connection was reset with the frame outstanding. */
  RESET,
  /** Not decided, because its connection or the run had ended first. */
  CANCELLED,

  /** Nobody listens there. */
  REFUSED,
  /** No route, or a router said so. */
  UNREACHABLE,
  /** The name has no address. */
  UNRESOLVED,
  /** No answer to the connection request in time. */
  CONNECT_TIMEOUT,
  /** TCP was up, TLS could not be agreed on. */
  TLS_FAILED,
  /** This machine is out of local ports or file handles: never the target's fault. */
  LOCAL_LIMIT;

  /** The name in a report: {@code ok}, {@code connect_timeout}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The outcome of that name. */
  public static Outcome ofKey(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** Whether this is how a connection that could not be used ends, not a frame. */
  public boolean isOfConnection() {
    return compareTo(REFUSED) >= 0;
  }
}
