package dev.echomesh.tester;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.TestReport.AddressPair;
import dev.echomesh.spec.TcpTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What one event loop's share of a run came to; the shares add up to the run. Not thread-safe. */
final class LoopResult {
  /** Connections that a report lists one by one. */
  static final int MAX_LISTED = 100;

  /** Lines of plain words that a report has room for. */
  static final int MAX_PROBLEMS = 20;

  final LatencyRecorder resolve = new LatencyRecorder();
  final LatencyRecorder connect = new LatencyRecorder();
  final LatencyRecorder tls = new LatencyRecorder();
  final LatencyRecorder rtt = new LatencyRecorder();
  final LatencyRecorder blocked = new LatencyRecorder();
  final LatencyRecorder lag = new LatencyRecorder();
  final LatencyRecorder residence = new LatencyRecorder();
  final LatencyRecorder path = new LatencyRecorder();
  final TcpTotals tcp = new TcpTotals();
  final KernelTrips kernelTrips = new KernelTrips();
  final List<KernelWatch> connections = new ArrayList<>();
  final List<String> problems = new ArrayList<>();
  Outcomes outcomes = Outcomes.none();
  int opened;
  int failed;
  long bytesSent;
  long bytesReceived;
  long measuredFrames;
  long lastFrameNanos = Long.MIN_VALUE;
  long longestStallNanos;
  private LatencyRecorder interval = new LatencyRecorder();

  void problem(String inPlainWords) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(inPlainWords);
    }
  }

  /** The addresses of all connections that are remembered, which can be more than are listed. */
  List<AddressPair> addresses() {
    return connections.stream().map(KernelWatch::addresses).toList();
  }

  /** Asks the kernel about the connections that will be listed. */
  void sampleKernel() {
    for (int i = 0; i < Math.min(MAX_LISTED, connections.size()); i++) {
      connections.get(i).sample();
    }
  }

  /** A connection could not be made, or not be used. */
  void unusable(Outcome outcome) {
    failed++;
    outcomes = outcomes.plus(new Outcomes(Map.of(outcome, 1L)));
  }

  /** As {@link #unusable(Outcome)}, of one that was taken for opened. */
  void unusable(KernelWatch connection, Outcome outcome) {
    opened--;
    connections.remove(connection);
    unusable(outcome);
  }

  /** A frame that was sent after the warm-up came back intact. */
  void measured(long rttNanos, long nowNanos) {
    rtt.record(rttNanos);
    interval.record(rttNanos);
    measuredFrames++;
    lastFrameNanos = nowNanos;
  }

  /** A frame that was sent after the warm-up came back with the peer's stamps. */
  void stamped(long residenceNanos, long rttNanos) {
    residence.record(residenceNanos);
    path.record(rttNanos - residenceNanos);
  }

  /** Round trips since the last call. */
  LatencyRecorder takeInterval() {
    LatencyRecorder taken = interval;
    interval = new LatencyRecorder();
    return taken;
  }

  /** Forgets everything, to account for what comes next alone. */
  void clear() {
    for (LatencyRecorder each :
        List.of(connect, tls, rtt, blocked, lag, residence, path, interval)) {
      each.clear();
    }
    tcp.clear();
    kernelTrips.clear();
    connections.clear();
    problems.clear();
    outcomes = Outcomes.none();
    opened = 0;
    failed = 0;
    bytesSent = 0;
    bytesReceived = 0;
    measuredFrames = 0;
    lastFrameNanos = Long.MIN_VALUE;
    longestStallNanos = 0;
  }

  void add(LoopResult other) {
    blocked.add(other.blocked);
    lag.add(other.lag);
    residence.add(other.residence);
    path.add(other.path);
    tcp.add(other.tcp);
    kernelTrips.add(other.kernelTrips);
    longestStallNanos = Math.max(longestStallNanos, other.longestStallNanos);
    resolve.add(other.resolve);
    connect.add(other.connect);
    tls.add(other.tls);
    rtt.add(other.rtt);
    connections.addAll(other.connections);
    other.problems.forEach(this::problem);
    outcomes = outcomes.plus(other.outcomes);
    opened += other.opened;
    failed += other.failed;
    bytesSent += other.bytesSent;
    bytesReceived += other.bytesReceived;
    measuredFrames += other.measuredFrames;
    if (other.measuredFrames > 0) {
      boolean first = measuredFrames == other.measuredFrames;
      lastFrameNanos =
          first || other.lastFrameNanos - lastFrameNanos > 0
              ? other.lastFrameNanos
              : lastFrameNanos;
    }
  }
}
