package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.Figure;
import dev.echomesh.spec.Threshold;
import dev.echomesh.testing.SampleReports;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ThresholdsTest {
  @Test
  void shouldFindNothingBrokenWithoutThresholds() {
    assertThat(Thresholds.broken(List.of(), SampleReports.full())).isEmpty();
    assertThat(Thresholds.broken(List.of(), SampleReports.empty())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "max > 4ms; max > 4ms: it is 5000 us",
        "tcp.retransmits > 0; tcp.retransmits > 0: it is 7",
        "rate < 11; rate < 11: it is 10/s",
        "throughput < 1MB/s; throughput < 1MB/s: it is 0.001 MB/s"
      })
  void shouldSayWhatAFigureIsThatBreaksItsThreshold(String text, String reason) {
    assertThat(broken(SampleReports.full(), text)).containsExactly(reason);
  }

  @Test
  void shouldReportOnlyWhatIsBroken() {
    assertThat(
            broken(
                SampleReports.full(),
                "max > 6ms",
                "tcp.retransmits > 7",
                "tcp.retransmits >= 7",
                "p50 < 1ms",
                "connections.opened < 4"))
        .containsExactly("tcp.retransmits >= 7: it is 7", "connections.opened < 4: it is 3");
  }

  @ParameterizedTest
  @MethodSource("dev.echomesh.testing.SampleReports#measurable")
  void shouldCountAFigureAsBrokenThatCouldNotBeMeasured(Figure figure) {
    String limit =
        switch (figure.unit()) {
          case TIME -> "1m";
          case COUNT -> "1000000";
          case PER_SECOND -> "1M";
          case BYTES_PER_SECOND -> "1GB/s";
          case PERCENT -> "1000%";
          case RATIO -> "1000";
        };
    String text = figure.key() + " > " + limit;

    assertThat(broken(SampleReports.empty(), text))
        .containsExactly(text + ": " + figure.key() + " could not be measured");
    assertThat(broken(SampleReports.full(), text)).isEmpty();
  }

  private static List<String> broken(TestReport report, String... texts) {
    return Thresholds.broken(Stream.of(texts).map(Threshold::parse).toList(), report);
  }
}
