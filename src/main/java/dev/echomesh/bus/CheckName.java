package dev.echomesh.bus;

import java.util.Locale;

/** What {@code echomesh check} can check, in the order in which it does. */
public enum CheckName {
  /** Connections are made, one by one and many at once. */
  HANDSHAKE(
      "A server that is slow to accept, or not there on one of its addresses, fails some clients"
          + " only.",
      "RFC 9293 §3.5"),
  /** The transport security around the bytes. */
  TLS(
      "Without an announced end a cut stream looks like a complete one.",
      "RFC 8446 §6.1, RFC 9525"),
  /** Every byte comes back as it went. */
  INTEGRITY(
      "Sizes around buffer boundaries and unusual byte values are where servers damage data.",
      "RFC 862, RFC 9293 §2.2"),
  /** How bytes are cut into segments means nothing. */
  STREAM(
      "A server that takes one read for one message works on loopback and fails on a network.",
      "RFC 9293 §2.2, §3.9.1.2"),
  /** Both directions at once. */
  FULL_DUPLEX(
      "A server that reads all before it writes, or the reverse, stops for ever once buffers fill.",
      "RFC 9293 §2.2"),
  /** A client that does not read is not read from. */
  FLOW_CONTROL(
      "A server that goes on reading keeps what it cannot send in memory, until there is none.",
      "RFC 9293 §3.8.6"),
  /** A client that has ended its half still gets everything. */
  HALF_CLOSE(
      "A server that closes at the client's FIN loses what was not sent by then.",
      "RFC 9293 §3.6.1"),
  /** A connection without traffic stays. */
  IDLE(
      "A middlebox or server that drops quiet connections breaks every connection pool.",
      "RFC 9293 §3.8.4"),
  /** Urgent data does no harm. */
  URGENT(
      "A server that is confused by urgent data loses ordinary bytes around it.",
      "RFC 6093, RFC 9293 §3.8.5"),
  /** Very slow traffic gets through. */
  DRIP(
      "A server or proxy that waits for a full buffer keeps interactive clients waiting for ever.",
      "RFC 9293 §3.7.4"),
  /** Many connections at once. */
  CONCURRENCY(
      "A server that shares state between connections sends one client's bytes to another.",
      "RFC 9293 §2.2, §4");

  private final String why;
  private final String clause;

  CheckName(String why, String clause) {
    this.why = why;
    this.clause = clause;
  }

  /** The name on the command line: {@code half-close}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Why it matters, in one sentence. */
  public String why() {
    return why;
  }

  /** Where it is written what is right. */
  public String clause() {
    return clause;
  }
}
