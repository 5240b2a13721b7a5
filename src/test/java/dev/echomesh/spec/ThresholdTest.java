package dev.echomesh.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.spec.Threshold.Comparison;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdTest {
  @ParameterizedTest
  @CsvSource({
    "rtt.p99 > 7us, rtt.p99, 7",
    "rtt.p99 > 7µs, rtt.p99, 7",
    "rtt.p99 > 5ms, rtt.p99, 5000",
    "rtt.p99 > 1.5s, rtt.p99, 1500000",
    "rtt.p99 > 2m, rtt.p99, 120000000",
    "rtt.p99 > 0ms, rtt.p99, 0",
    "tcp.rtt > 3ms, tcp.rtt, 3000",
    "tcp.retransmits > 0, tcp.retransmits, 0",
    "peer.tcp.retransmits > 12, peer.tcp.retransmits, 12",
    "connections.opened < 50, connections.opened, 50",
    "rate < 50k, rate, 50000",
    "throughput < 7B/s, throughput, 7",
    "throughput < 7kB/s, throughput, 7000",
    "throughput < 100MB/s, throughput, 100000000",
    "throughput < 1.5GB/s, throughput, 1500000000",
    "throughput < 2KiB/s, throughput, 2048",
    "throughput < 2MiB/s, throughput, 2097152",
    "throughput < 2GiB/s, throughput, 2147483648",
    "outcomes.connect_timeout > 1, outcomes.connect_timeout, 1",
    "rfc6349.efficiency < 99.9%, rfc6349.efficiency, 99.9",
    "rfc6349.transfertime > 1.05, rfc6349.transfertime, 1.05"
  })
  void shouldReadEveryUnit(String text, String figure, double limit) {
    Threshold threshold = Threshold.parse(text);

    assertThat(threshold.figure().key()).isEqualTo(figure);
    assertThat(threshold.limit()).isEqualTo(limit);
    assertThat(threshold.text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'>', ABOVE, false, false, true",
    "'>=', AT_LEAST, false, true, true",
    "'<', BELOW, true, false, false",
    "'<=', AT_MOST, true, true, false"
  })
  void shouldCompare(
      String sign, Comparison comparison, boolean below, boolean equal, boolean above) {
    Threshold threshold = Threshold.parse("rtt.max" + sign + "5ms");

    assertThat(threshold.comparison()).isEqualTo(comparison);
    assertThat(threshold.isBrokenBy(4999.5)).isEqualTo(below);
    assertThat(threshold.isBrokenBy(5000)).isEqualTo(equal);
    assertThat(threshold.isBrokenBy(5000.5)).isEqualTo(above);
  }

  @ParameterizedTest
  @ValueSource(strings = {"min", "mean", "p50", "p90", "p99", "p999", "max"})
  void shouldTakeABareNameForThatOfTheRoundTrip(String name) {
    assertThat(Threshold.parse(name + " > 5ms").figure().key()).isEqualTo("rtt." + name);
  }

  @ParameterizedTest
  @MethodSource("dev.echomesh.spec.Figure#all")
  void shouldKnowEveryFigureByItsName(Figure figure) {
    assertThat(Figure.find(figure.key())).contains(figure);
    assertThat(Figure.known()).contains(figure.key());
  }

  @Test
  void shouldNotCareForSpacesAround() {
    assertThat(Threshold.parse("  p99>5ms ").text()).isEqualTo("p99>5ms");
    assertThat(Threshold.parse("p99\t>=  5ms").comparison()).isEqualTo(Comparison.AT_LEAST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"p98 > 5ms", "rtt > 5ms", "rtt. > 5ms", "rtt.p99.p99 > 1s", "tcp > 0"})
  void shouldListTheFiguresWhenItIsNone(String text) {
    assertThatThrownBy(() -> Threshold.parse(text))
        .isInstanceOfSatisfying(
            InvalidValueException.class,
            e ->
                assertThat(e.expected())
                    .contains("rtt.p99, ", "throughput", "tcp.retransmits", "lag.max"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "p99",
        "p99 >",
        "> 5ms",
        "p99 = 5ms",
        "p99 == 5ms",
        "p99 => 5ms",
        "p99 != 5ms",
        "p99 > 5",
        "p99 > 5 ms",
        "p99 > -5ms",
        "p99 > ms",
        "p99 > 5h",
        "p99 > 5MB/s",
        "p99 > 5ms or max > 9ms",
        "P99 > 5ms",
        "5ms > p99",
        "1ms < p99 < 5ms",
        "tcp.retransmits > 0.5",
        "tcp.retransmits > few",
        "tcp.retransmits > 5ms",
        "throughput < 100",
        "throughput < 100MB",
        "throughput < 100Mb/s",
        "throughput < 100Mbit/s",
        "rate < 5ms",
        "rate < 1k..2k/3s",
        "connections.opened < 1k",
        "rfc6349.efficiency < 99.9",
        "rfc6349.efficiency < %",
        "rfc6349.transfertime > 5%"
      })
  void shouldRefuseEverythingElse(String text) {
    assertThatThrownBy(() -> Threshold.parse(text)).isInstanceOf(InvalidValueException.class);
  }
}
