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
    Double value = read(figure.key(), report);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static @Nullable Double read(String key, TestReport report) {
    int dot = key.lastIndexOf('.');
    String part = dot < 0 ? "" : key.substring(0, dot);
    String name = key.substring(dot + 1);
    return switch (part) {
      case "" -> throughput(name, report.throughput());
      case "connections" -> connections(name, report.connections());
      case "bytes" -> bytes(name, report.bytes());
      case "outcomes" -> (double) report.outcomes().count(Outcome.ofKey(name));
      case "tcp" -> tcp(name, report.tcp());
      case "peer.tcp" -> tcp(name, report.peer() == null ? null : report.peer().tcp());
      case "rfc6349" -> rfc6349(name, report.rfc6349());
      default -> statistic(name, latency(part, report));
    };
  }

  private static @Nullable Double throughput(
      String name, TestReport.@Nullable Throughput throughput) {
    if (throughput == null) {
      return null;
    }
    return switch (name) {
      case "throughput" -> throughput.bytesPerSecond();
      case "rate" -> throughput.framesPerSecond();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Double connections(String name, TestReport.Connections connections) {
    return switch (name) {
      case "opened" -> (double) connections.opened();
      case "failed" -> (double) connections.failed();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Double bytes(String name, TestReport.Bytes bytes) {
    return switch (name) {
      case "sent" -> (double) bytes.sent();
      case "received" -> (double) bytes.received();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static @Nullable Double tcp(String name, @Nullable TcpInfo info) {
    if (info == null) {
      return null;
    }
    return switch (name) {
      case "retransmits" -> (double) info.retransmits();
      case "rtt" -> (double) info.rttMicros();
      case "rttvar" -> (double) info.rttVarMicros();
      case "cwnd" -> (double) info.cwnd();
      case "pmtu" -> (double) info.pmtu();
      case "mss" -> (double) info.mss();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static @Nullable Double rfc6349(String name, @Nullable Rfc6349 figures) {
    if (figures == null) {
      return null;
    }
    return switch (name) {
      case "transfertime" -> figures.transferTimeRatio();
      case "efficiency" -> figures.tcpEfficiencyPercent();
      case "bufferdelay" -> figures.bufferDelayPercent();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static @Nullable Latency latency(String name, TestReport report) {
    return switch (name) {
      case "resolve" -> report.resolve();
      case "connect" -> report.connect();
      case "tls" -> report.tls();
      case "rtt" -> report.rtt();
      case "blocked" -> report.blocked();
      case "lag" -> report.lag();
      case "residence" -> report.residence();
      case "path" -> report.path();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static @Nullable Double statistic(String name, @Nullable Latency latency) {
    if (latency == null) {
      return null;
    }
    return switch (name) {
      case "min" -> latency.minMicros();
      case "mean" -> latency.meanMicros();
      case "p50" -> latency.p50Micros();
      case "p90" -> latency.p90Micros();
      case "p99" -> latency.p99Micros();
      case "p999" -> latency.p999Micros();
      case "max" -> latency.maxMicros();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
