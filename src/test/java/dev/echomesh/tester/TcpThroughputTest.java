package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.echomesh.bus.Rfc6349;
import dev.echomesh.bus.TestReport.Throughput;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpThroughputTest {
  /** 100 Mbit/s of packets of 1500 bytes carry 1448 of 1500 parts of data. */
  @Test
  void shouldCompareTheTransferWithTheBandwidthLessHeaders() {
    JsonObject request = stream().put("bandwidth", "12.5MB/s");
    double ideal = 12.5e6 * 1448 / 1500;

    assertThat(figures(request, 0, new Throughput(1, ideal)).transferTimeRatio())
        .isCloseTo(1, within(1e-9));
    assertThat(figures(request, 0, new Throughput(1, ideal / 2)).transferTimeRatio())
        .isCloseTo(2, within(1e-9));
    assertThat(figures(request, 0, null).transferTimeRatio()).isNull();
    assertThat(figures(stream(), 0, new Throughput(1, ideal)).transferTimeRatio()).isNull();
  }

  /** A million bytes; 250,000 more of them are 250 segments of 1000 bytes, or so many frames. */
  @ParameterizedTest
  @CsvSource({
    "stream, 65536, 0, 100",
    "stream, 65536, 250, 80",
    "ping, 100, 2500, 80",
    "ping, 65536, 250, 80",
    "rate, 500, 500, 80"
  })
  void shouldEstimateWhatWasSentAgainFromSegments(
      String mode, int frameLength, long retransmits, double percent) {
    JsonObject request = stream().put("mode", mode).put("rate", mode.equals("rate") ? "10" : null);

    LoopResult result = result(retransmits, 1000);
    Rfc6349 figures =
        TcpThroughput.of(
            TestRequest.fromJson(request.put("frameLength", frameLength)), result, null);

    assertThat(Objects.requireNonNull(figures).tcpEfficiencyPercent())
        .isCloseTo(percent, within(1e-9));
  }

  @Test
  void shouldTellByHowMuchTheRoundTripGrew() {
    LoopResult result = result(0, 1448);
    result.kernelTrips.baseline(400);
    result.kernelTrips.sample(500);
    LoopResult other = result(0, 1448);
    other.kernelTrips.baseline(0);
    other.kernelTrips.sample(700);
    result.add(other);

    Rfc6349 figures =
        Objects.requireNonNull(TcpThroughput.of(TestRequest.fromJson(stream()), result, null));

    assertThat(figures.baselineRttMicros()).isEqualTo(400);
    assertThat(figures.averageRttMicros()).isEqualTo(600);
    assertThat(figures.bufferDelayPercent()).isEqualTo(50);
  }

  /** As on loopback: 8 µs that become 190 µs are no buffer of 2275 percent. */
  @Test
  void shouldMakeNoPercentageOfARoundTripThatIsAllOurOwnMachines() {
    LoopResult result = result(0, 1448);
    result.kernelTrips.baseline(8);
    result.kernelTrips.sample(190);

    Rfc6349 figures =
        Objects.requireNonNull(TcpThroughput.of(TestRequest.fromJson(stream()), result, null));

    assertThat(figures.bufferDelayPercent()).isNull();
    assertThat(figures.baselineRttMicros()).isEqualTo(8);
    assertThat(figures.averageRttMicros()).isEqualTo(190);
  }

  @Test
  void shouldSayNothingThatTheKernelWasNotAsked() {
    LoopResult result = new LoopResult();
    result.bytesSent = 1;
    assertThat(TcpThroughput.of(TestRequest.fromJson(stream()), result, null)).isNull();
    assertThat(figures(stream(), 0, null).bufferDelayPercent()).isNull();
    assertThat(
            TcpThroughput.of(
                TestRequest.fromJson(stream().put("mode", "connect")), result(0, 1448), null))
        .isNull();
  }

  private static Rfc6349 figures(
      JsonObject request, long retransmits, @Nullable Throughput throughput) {
    return Objects.requireNonNull(
        TcpThroughput.of(TestRequest.fromJson(request), result(retransmits, 1448), throughput));
  }

  private static LoopResult result(long retransmits, int mss) {
    LoopResult result = new LoopResult();
    result.bytesSent = 1_000_000;
    result.tcp.add(new TcpInfo(retransmits, 1, 1, 10, 1500, mss));
    return result;
  }

  private static JsonObject stream() {
    return new JsonObject().put("target", "host:7").put("mode", "stream");
  }
}
