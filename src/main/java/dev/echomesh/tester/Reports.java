package dev.echomesh.tester;

import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.Latency;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestReport.Bytes;
import dev.echomesh.bus.TestReport.Connections;
import dev.echomesh.bus.TestReport.Environment;
import dev.echomesh.bus.TestReport.Peer;
import dev.echomesh.bus.TestReport.Throughput;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the reports of runs. */
final class Reports {
  private final String node;
  private final String transport;

  Reports(String node, String transport) {
    this.node = node;
    this.transport = transport;
  }

  TestReport report(
      String id,
      Instant startedAt,
      TestRequest request,
      @Nullable LatencyRecorder resolve,
      TestRun.Finished finished,
      PeerCounters.Answer answer) {
    LoopResult result = finished.result();
    Bytes bytes = new Bytes(result.bytesSent, result.bytesReceived);
    Peer peer = answer.peer();
    List<String> reasons = new ArrayList<>(Verdict.reasons(result.outcomes, finished.cancelled()));
    if (reasons.isEmpty() && !finished.cancelled() && bytes.sent() != bytes.received()) {
      reasons.add(bytes.sent() + " bytes were sent, but " + bytes.received() + " bytes came back");
    }
    if (peer != null) {
      reasons.addAll(Reconciliation.discrepancies(bytes, peer));
    }
    List<String> notes = new ArrayList<>();
    if (answer.note() != null) {
      notes.add(answer.note());
    }
    List<TestReport.AddressPair> listed =
        result.addresses().stream().limit(LoopResult.MAX_LISTED).toList();
    noteTcp(notes, listed);
    if (request.bandwidth() != null && result.tcp.info() == null) {
      notes.add("transfer-time ratio: takes the segment size, which the kernel was not asked for");
    }
    if (request.timestamps() && result.residence.micros().getTotalCount() == 0) {
      notes.add("residence: no frame came back with stamps (expected an endpoint with timestamps)");
    }
    if (finished.cancelled()) {
      notes.add("the run was ended early by its user");
    }
    Throughput throughput = throughput(request, finished);
    TestReport report =
        new TestReport(
            id,
            startedAt,
            finished.seconds(),
            node,
            request,
            false,
            List.of(),
            Trustworthiness.of(result),
            result.outcomes,
            new Connections(result.opened, result.failed, listed),
            bytes,
            resolve(resolve, result),
            Latency.of(result.connect.micros()),
            Latency.of(result.tls.micros()),
            Latency.of(result.rtt.micros()),
            Latency.of(result.blocked.micros()),
            Latency.of(result.lag.micros()),
            Latency.of(result.residence.micros()),
            Latency.of(result.path.micros()),
            throughput,
            result.tcp.info(),
            TcpThroughput.of(request, result, throughput),
            peer,
            finished.series(),
            null,
            List.of(),
            notes,
            environment());
    reasons.addAll(Thresholds.broken(request.failIf(), report));
    if (!reasons.isEmpty()) {
      reasons.addAll(result.problems);
    }
    return report.judged(reasons);
  }

  /** That of each connection where each was looked up, else that before the run. */
  private static @Nullable Latency resolve(@Nullable LatencyRecorder before, LoopResult result) {
    Latency ofEach = Latency.of(result.resolve.micros());
    return ofEach == null && before != null ? Latency.of(before.micros()) : ofEach;
  }

  private void noteTcp(List<String> notes, List<TestReport.AddressPair> listed) {
    long unasked = listed.stream().filter(each -> each.tcp() == null).count();
    if (unasked > 0 && !transport.equals("epoll")) {
      notes.add("tcp: only on transport epoll can the kernel be asked, this is " + transport);
    } else if (unasked > 0) {
      notes.add(
          "tcp: %d of %d connections listed had ended before the kernel could be asked"
              .formatted(unasked, listed.size()));
    }
  }

  private static @Nullable Throughput throughput(TestRequest request, TestRun.Finished finished) {
    if (finished.measuredSeconds() <= 0) {
      return null;
    }
    double frames = finished.result().measuredFrames / finished.measuredSeconds();
    return new Throughput(frames, frames * request.frameLength());
  }

  CheckReport report(
      String id,
      Instant startedAt,
      double seconds,
      CheckRequest request,
      List<CheckResult> results) {
    return new CheckReport(id, startedAt, seconds, node, request, results, environment());
  }

  private Environment environment() {
    return new Environment(
        Version.current(),
        System.getProperty("java.version"),
        transport,
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }
}
