package dev.echomesh.spec;

/**
 * What the kernel knows of one direction of a connection, ours to the peer (TCP_INFO, tcp(7)).
 *
 * @param retransmits segments sent again since the connection was made
 * @param rttMicros smoothed round trip (RFC 6298)
 * @param rttVarMicros its mean deviation
 * @param cwnd congestion window, segments
 * @param pmtu path MTU, bytes
 * @param mss largest segment sent, bytes
 */
public record TcpInfo(
    long retransmits, long rttMicros, long rttVarMicros, long cwnd, int pmtu, int mss) {
  /** The same with the retransmits since an earlier look. */
  public TcpInfo since(TcpInfo earlier) {
    return new TcpInfo(retransmits - earlier.retransmits, rttMicros, rttVarMicros, cwnd, pmtu, mss);
  }
}
