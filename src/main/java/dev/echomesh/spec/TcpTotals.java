package dev.echomesh.spec;

import org.jspecify.annotations.Nullable;

/**
 * Several connections' {@link TcpInfo} as one: retransmits added, round trips, their deviations and
 * congestion windows averaged, the smallest path MTU and segment size. Not thread-safe.
 */
public final class TcpTotals {
  private long connections;
  private long retransmits;
  private long rttMicros;
  private long rttVarMicros;
  private long cwnd;
  private int pmtu = Integer.MAX_VALUE;
  private int mss = Integer.MAX_VALUE;

  public void add(TcpInfo info) {
    connections++;
    retransmits += info.retransmits();
    rttMicros += info.rttMicros();
    rttVarMicros += info.rttVarMicros();
    cwnd += info.cwnd();
    pmtu = Math.min(pmtu, info.pmtu());
    mss = Math.min(mss, info.mss());
  }

  /** Adds what another one has added up. */
  public void add(TcpTotals other) {
    connections += other.connections;
    retransmits += other.retransmits;
    rttMicros += other.rttMicros;
    rttVarMicros += other.rttVarMicros;
    cwnd += other.cwnd;
    pmtu = Math.min(pmtu, other.pmtu);
    mss = Math.min(mss, other.mss);
  }

  /** Back to no connection. */
  public void clear() {
    connections = 0;
    retransmits = 0;
    rttMicros = 0;
    rttVarMicros = 0;
    cwnd = 0;
    pmtu = Integer.MAX_VALUE;
    mss = Integer.MAX_VALUE;
  }

  /** Null for no connection. */
  public @Nullable TcpInfo info() {
    return connections == 0
        ? null
        : new TcpInfo(
            retransmits,
            rttMicros / connections,
            rttVarMicros / connections,
            cwnd / connections,
            pmtu,
            mss);
  }
}
