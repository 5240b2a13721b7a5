package dev.echomesh.report;

import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.TcpInfo;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * TCP figures of several reports as one: retransmits added, round trips and windows averaged over
 * the connections, since each report holds the mean of its own, and the smallest path MTU and MSS.
 */
final class MergedTcp {
  private MergedTcp() {}

  /** Of those that have them; null if none has. */
  static @Nullable TcpInfo of(
      List<TestReport> reports, Function<TestReport, @Nullable TcpInfo> part) {
    TcpInfo sum = null;
    double connections = 0;
    double rtt = 0;
    double deviation = 0;
    double window = 0;
    for (TestReport report : reports) {
      TcpInfo info = part.apply(report);
      if (info != null) {
        double weight = Math.max(1, report.connections().opened());
        connections += weight;
        rtt += weight * info.rttMicros();
        deviation += weight * info.rttVarMicros();
        window += weight * info.cwnd();
        sum =
            new TcpInfo(
                info.retransmits() + (sum == null ? 0 : sum.retransmits()),
                Math.round(rtt / connections),
                Math.round(deviation / connections),
                Math.round(window / connections),
                sum == null ? info.pmtu() : Math.min(sum.pmtu(), info.pmtu()),
                sum == null ? info.mss() : Math.min(sum.mss(), info.mss()));
      }
    }
    return sum;
  }
}
