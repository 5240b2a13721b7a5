package dev.echomesh.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.echomesh.spec.Figure;
import dev.echomesh.testing.SampleReports;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FiguresTest {
  @ParameterizedTest
  @MethodSource("dev.echomesh.spec.Figure#all")
  void shouldReadEveryFigureThatWasMeasured(Figure figure) {
    assertThat(Figures.value(figure, SampleReports.full())).isPresent();
  }

  @ParameterizedTest
  @MethodSource("dev.echomesh.testing.SampleReports#measurable")
  void shouldReadNothingThatWasNot(Figure figure) {
    assertThat(Figures.value(figure, SampleReports.empty())).isEmpty();
  }

  @Test
  void shouldKnowEveryOutcome() {
    assertThat(Figure.OUTCOMES)
        .containsExactlyElementsOf(Stream.of(Outcome.values()).map(Outcome::key).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "resolve.min, 1000",
    "resolve.mean, 1500",
    "resolve.max, 2000",
    "connect.p50, 2500",
    "connect.p90, 2900",
    "tls.p99, 3990",
    "tls.p999, 3999",
    "rtt.min, 4000",
    "rtt.mean, 4500",
    "rtt.p50, 4500",
    "rtt.p90, 4900",
    "rtt.p99, 4990",
    "rtt.p999, 4999",
    "rtt.max, 5000",
    "blocked.p99, 5990",
    "blocked.max, 6000",
    "lag.p99, 6990",
    "lag.max, 7000",
    "throughput, 640",
    "rate, 10",
    "connections.opened, 3",
    "tcp.retransmits, 7",
    "tcp.rtt, 8",
    "tcp.mss, 1448",
    "peer.tcp.retransmits, 9",
    "peer.tcp.rtt, 18",
    "peer.tcp.rttvar, 2",
    "peer.tcp.cwnd, 20",
    "peer.tcp.pmtu, 9000",
    "residence.mean, 7500",
    "path.max, 9000",
    "outcomes.ok, 10",
    "outcomes.timeout, 0",
    "bytes.received, 640",
    "rfc6349.transfertime, 1.25",
    "rfc6349.efficiency, 99.5",
    "rfc6349.bufferdelay, 12"
  })
  void shouldNotMistakeOneForAnother(String name, double value) {
    Figure figure = Figure.find(name).orElseThrow();

    assertThat(Figures.value(figure, SampleReports.full()).orElseThrow())
        .isCloseTo(value, within(1.5));
  }
}
