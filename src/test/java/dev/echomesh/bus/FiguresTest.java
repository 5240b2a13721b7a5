package dev.echomesh.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.echomesh.spec.Figure;
import dev.echomesh.testing.SampleReports;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FiguresTest {
  @ParameterizedTest
  @EnumSource(Figure.class)
  void shouldReadEveryFigureThatWasMeasured(Figure figure) {
    assertThat(Figures.value(figure, SampleReports.full())).isPresent();
  }

  @ParameterizedTest
  @EnumSource(value = Figure.class, mode = EnumSource.Mode.EXCLUDE, names = "OPENED")
  void shouldReadNothingThatWasNot(Figure figure) {
    assertThat(Figures.value(figure, SampleReports.empty())).isEmpty();
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
    "peer.tcp.retransmits, 9"
  })
  void shouldNotMistakeOneForAnother(String name, double value) {
    Figure figure = Figure.find(name).orElseThrow();

    assertThat(Figures.value(figure, SampleReports.full()).orElseThrow())
        .isCloseTo(value, within(1.5));
  }
}
