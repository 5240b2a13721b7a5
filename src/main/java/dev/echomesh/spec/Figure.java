package dev.echomesh.spec;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A figure of a report that a threshold can be put on, by its name in an expression. */
public enum Figure {
  RESOLVE_MIN("resolve.min", Unit.TIME),
  RESOLVE_MEAN("resolve.mean", Unit.TIME),
  RESOLVE_P50("resolve.p50", Unit.TIME),
  RESOLVE_P90("resolve.p90", Unit.TIME),
  RESOLVE_P99("resolve.p99", Unit.TIME),
  RESOLVE_P999("resolve.p999", Unit.TIME),
  RESOLVE_MAX("resolve.max", Unit.TIME),
  CONNECT_MIN("connect.min", Unit.TIME),
  CONNECT_MEAN("connect.mean", Unit.TIME),
  CONNECT_P50("connect.p50", Unit.TIME),
  CONNECT_P90("connect.p90", Unit.TIME),
  CONNECT_P99("connect.p99", Unit.TIME),
  CONNECT_P999("connect.p999", Unit.TIME),
  CONNECT_MAX("connect.max", Unit.TIME),
  TLS_MIN("tls.min", Unit.TIME),
  TLS_MEAN("tls.mean", Unit.TIME),
  TLS_P50("tls.p50", Unit.TIME),
  TLS_P90("tls.p90", Unit.TIME),
  TLS_P99("tls.p99", Unit.TIME),
  TLS_P999("tls.p999", Unit.TIME),
  TLS_MAX("tls.max", Unit.TIME),
  RTT_MIN("rtt.min", Unit.TIME),
  RTT_MEAN("rtt.mean", Unit.TIME),
  RTT_P50("rtt.p50", Unit.TIME),
  RTT_P90("rtt.p90", Unit.TIME),
  RTT_P99("rtt.p99", Unit.TIME),
  RTT_P999("rtt.p999", Unit.TIME),
  RTT_MAX("rtt.max", Unit.TIME),
  BLOCKED_P99("blocked.p99", Unit.TIME),
  BLOCKED_MAX("blocked.max", Unit.TIME),
  LAG_P99("lag.p99", Unit.TIME),
  LAG_MAX("lag.max", Unit.TIME),
  /** Bytes of frames that came back, per second, each way the same. */
  THROUGHPUT("throughput", Unit.BYTES_PER_SECOND),
  /** Frames that came back, per second. */
  RATE("rate", Unit.PER_SECOND),
  OPENED("connections.opened", Unit.COUNT),
  TCP_RETRANSMITS("tcp.retransmits", Unit.COUNT),
  TCP_RTT("tcp.rtt", Unit.TIME),
  PEER_TCP_RETRANSMITS("peer.tcp.retransmits", Unit.COUNT);

  /** What a figure counts in. */
  public enum Unit {
    /** Microseconds; written as a duration. */
    TIME,
    /** Things. */
    COUNT,
    /** Things per second; written as a rate. */
    PER_SECOND,
    /** Bytes per second; written with kB/s, MB/s, GB/s, KiB/s, MiB/s or GiB/s. */
    BYTES_PER_SECOND
  }

  private final String key;
  private final Unit unit;

  Figure(String key, Unit unit) {
    this.key = key;
    this.unit = unit;
  }

  /** The name in an expression: {@code rtt.p99}. */
  public String key() {
    return key;
  }

  public Unit unit() {
    return unit;
  }

  /** The figure of that name; a bare {@code p99} means {@code rtt.p99}. */
  public static Optional<Figure> find(String name) {
    return Arrays.stream(values())
        .filter(figure -> figure.key.equals(name) || figure.key.equals("rtt." + name))
        .findFirst();
  }

  /** All names, separated by commas. */
  public static String known() {
    return Arrays.stream(values()).map(Figure::key).collect(Collectors.joining(", "));
  }
}
