package dev.echomesh.tester;

import dev.echomesh.bus.Rfc6349;
import dev.echomesh.bus.TestMode;
import dev.echomesh.bus.TestReport.Throughput;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.ByteRate;
import dev.echomesh.spec.TcpInfo;
import org.jspecify.annotations.Nullable;

/** Makes the figures of RFC 6349 §4 of what was measured. */
final class TcpThroughput {
  /** Bytes of the IPv4 and TCP headers with TCP time stamps (RFC 7323). */
  private static final int HEADERS_V4 = 52;

  private static final int HEADERS_V6 = 72;

  /**
   * Of a shorter round trip most is the time of the two machines, for interrupts and for their
   * schedulers, which varies by more than all of it: that is no delay in a path's buffers.
   */
  private static final double SHORTEST_BASELINE_MICROS = 100;

  private TcpThroughput() {}

  /**
   * Null where the kernel could not be asked, and in mode connect, whose connections transfer
   * nothing worth the name.
   */
  static @Nullable Rfc6349 of(
      TestRequest request, LoopResult result, @Nullable Throughput throughput) {
    TcpInfo tcp = result.tcp.info();
    if (tcp == null || result.bytesSent == 0 || request.mode() == TestMode.CONNECT) {
      return null;
    }
    Double baseline = result.kernelTrips.shortestMicros();
    Double average = result.kernelTrips.meanMicros();
    boolean v6 = result.addresses().stream().anyMatch(each -> each.remote().startsWith("["));
    return new Rfc6349(
        transferTimeRatio(request.bandwidth(), throughput, tcp.mss(), v6),
        efficiency(request, result.bytesSent, tcp),
        bufferDelay(baseline, average),
        baseline,
        average);
  }

  /** §4.1; equal bytes at two rates take times that are in the inverse ratio of the rates. */
  private static @Nullable Double transferTimeRatio(
      @Nullable ByteRate bandwidth, @Nullable Throughput throughput, int mss, boolean v6) {
    if (bandwidth == null || throughput == null) {
      return null;
    }
    int headers = v6 ? HEADERS_V6 : HEADERS_V4;
    double ideal = bandwidth.bytesPerSecond() * mss / (mss + headers);
    return ideal / throughput.bytesPerSecond();
  }

  /** §4.3. */
  private static @Nullable Double bufferDelay(@Nullable Double baseline, @Nullable Double average) {
    return baseline == null || average == null || baseline < SHORTEST_BASELINE_MICROS
        ? null
        : (average - baseline) / baseline * 100;
  }

  /** §4.2; a segment holds at most what is in flight at once. */
  private static double efficiency(TestRequest request, long bytes, TcpInfo tcp) {
    long segment = Math.min(tcp.mss(), (long) request.window() * request.frameLength());
    double again = (double) tcp.retransmits() * segment;
    return bytes / (bytes + again) * 100;
  }
}
