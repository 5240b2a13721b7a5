package dev.echomesh.wire;

/** How a peer ended its half of a connection. */
public enum PeerEnd {
  /** A FIN, or over TLS a close_notify. */
  ORDERLY,
  /**
   * A FIN without close_notify over TLS: the stream may have been cut on its way (RFC 8446 §6.1).
   */
  TRUNCATED
}
