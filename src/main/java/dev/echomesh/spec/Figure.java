package dev.echomesh.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A figure of a report that a threshold can be put on.
 *
 * @param key its name in an expression: {@code rtt.p99}
 * @param unit what it counts in
 */
public record Figure(String key, Unit unit) {
  /** The latencies of a report; each has {@link #STATISTICS}. */
  public static final List<String> LATENCIES =
      List.of("resolve", "connect", "tls", "rtt", "blocked", "lag", "residence", "path");

  /** The figures of a latency. */
  public static final List<String> STATISTICS =
      List.of("min", "mean", "p50", "p90", "p99", "p999", "max");

  /** The outcomes of a report. */
  public static final List<String> OUTCOMES =
      List.of(
          "ok",
          "timeout",
          "mismatch",
          "lost",
          "duplicated",
          "reordered",
          "foreign",
          "truncated",
          "closed",
          "reset",
          "cancelled",
          "refused",
          "unreachable",
          "unresolved",
          "connect_timeout",
          "tls_failed",
          "local_limit");

  private static final List<Figure> ALL = list();

  /** What a figure counts in. */
  public enum Unit {
    /** Microseconds; written as a duration. */
    TIME,
    /** Things. */
    COUNT,
    /** Things per second; written as a rate. */
    PER_SECOND,
    /** Bytes per second; written with kB/s, MB/s, GB/s, KiB/s, MiB/s or GiB/s. */
    BYTES_PER_SECOND,
    /** Hundredths; written with a percent sign. */
    PERCENT,
    /** A bare number. */
    RATIO
  }

  /** Every figure there is. */
  public static List<Figure> all() {
    return ALL;
  }

  /** The figure of that name; a bare {@code p99} means {@code rtt.p99}. */
  public static Optional<Figure> find(String name) {
    return ALL.stream()
        .filter(figure -> figure.key.equals(name) || figure.key.equals("rtt." + name))
        .findFirst();
  }

  /** All names, separated by commas. */
  public static String known() {
    return ALL.stream().map(Figure::key).collect(Collectors.joining(", "));
  }

  private static List<Figure> list() {
    List<Figure> all = new ArrayList<>();
    for (String latency : LATENCIES) {
      for (String statistic : STATISTICS) {
        all.add(new Figure(latency + "." + statistic, Unit.TIME));
      }
    }
    all.add(new Figure("throughput", Unit.BYTES_PER_SECOND));
    all.add(new Figure("rate", Unit.PER_SECOND));
    all.add(new Figure("connections.opened", Unit.COUNT));
    all.add(new Figure("connections.failed", Unit.COUNT));
    all.add(new Figure("bytes.sent", Unit.COUNT));
    all.add(new Figure("bytes.received", Unit.COUNT));
    OUTCOMES.forEach(outcome -> all.add(new Figure("outcomes." + outcome, Unit.COUNT)));
    for (String side : List.of("tcp.", "peer.tcp.")) {
      all.add(new Figure(side + "retransmits", Unit.COUNT));
      all.add(new Figure(side + "rtt", Unit.TIME));
      all.add(new Figure(side + "rttvar", Unit.TIME));
      all.add(new Figure(side + "cwnd", Unit.COUNT));
      all.add(new Figure(side + "pmtu", Unit.COUNT));
      all.add(new Figure(side + "mss", Unit.COUNT));
    }
    all.add(new Figure("rfc6349.transfertime", Unit.RATIO));
    all.add(new Figure("rfc6349.efficiency", Unit.PERCENT));
    all.add(new Figure("rfc6349.bufferdelay", Unit.PERCENT));
    return List.copyOf(all);
  }
}
