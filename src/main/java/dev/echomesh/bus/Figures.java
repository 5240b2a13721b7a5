package dev.echomesh.bus;

import dev.echomesh.spec.Figure;
import dev.echomesh.spec.TcpInfo;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads the figures of a report that thresholds are put on. */
public final class Figures {
  private Figures() {}

  /** The figure in its unit; empty if it could not be measured. */
  public static OptionalDouble value(Figure figure, TestReport report) {
    return switch (figure) {
      case THROUGHPUT ->
          report.throughput() == null
              ? OptionalDouble.empty()
              : OptionalDouble.of(report.throughput().bytesPerSecond());
      case RATE ->
          report.throughput() == null
              ? OptionalDouble.empty()
              : OptionalDouble.of(report.throughput().framesPerSecond());
      case OPENED -> OptionalDouble.of(report.connections().opened());
      case TCP_RETRANSMITS -> retransmits(report.tcp());
      case TCP_RTT ->
          report.tcp() == null
              ? OptionalDouble.empty()
              : OptionalDouble.of((double) report.tcp().rttMicros());
      case PEER_TCP_RETRANSMITS ->
          report.peer() == null ? OptionalDouble.empty() : retransmits(report.peer().tcp());
      default -> latency(figure.key(), report);
    };
  }

  private static OptionalDouble retransmits(@Nullable TcpInfo info) {
    return info == null ? OptionalDouble.empty() : OptionalDouble.of((double) info.retransmits());
  }

  private static OptionalDouble latency(String key, TestReport report) {
    int dot = key.indexOf('.');
    Latency latency =
        switch (key.substring(0, dot)) {
          case "resolve" -> report.resolve();
          case "connect" -> report.connect();
          case "tls" -> report.tls();
          case "rtt" -> report.rtt();
          case "blocked" -> report.blocked();
          case "lag" -> report.lag();
          default -> throw new IllegalArgumentException(key);
        };
    if (latency == null) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        switch (key.substring(dot + 1)) {
          case "min" -> latency.minMicros();
          case "mean" -> latency.meanMicros();
          case "p50" -> latency.p50Micros();
          case "p90" -> latency.p90Micros();
          case "p99" -> latency.p99Micros();
          case "p999" -> latency.p999Micros();
          case "max" -> latency.maxMicros();
          default -> throw new IllegalArgumentException(key);
        });
  }
}
