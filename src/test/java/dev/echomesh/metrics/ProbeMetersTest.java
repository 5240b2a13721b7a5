package dev.echomesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshSample;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeSample;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProbeMetersTest {
  private final ProbeMeters meters = new ProbeMeters();

  @Test
  void shouldCountFramesOfProbesByTheZoneOfTheirTarget() {
    meters.add(sample("b", "east", 300L, 120L, 130L, 140L));
    meters.add(sample("c", "west", null, 120L));
    meters.add(sample("probe:db", "", 300L));

    assertThat(frames(Outcome.OK, "east")).isEqualTo(3);
    assertThat(frames(Outcome.OK, "west")).isEqualTo(1);
    assertThat(frames(Outcome.TIMEOUT, "west")).isZero();
    assertThat(frames(Outcome.OK, "")).isZero();
  }

  @Test
  void shouldTimeConnectionsFramesAndOwnLateness() {
    meters.add(sample("b", "", 300L, 120L, 130L, 140L));
    meters.add(sample("b", "", null, 120L));

    assertThat(times("echomesh_probe_connect_seconds").getSum()).isEqualTo(300e-6);
    assertThat(times("echomesh_probe_connect_seconds").getCount()).isEqualTo(1);
    assertThat(times("echomesh_probe_rtt_seconds").getCount()).isEqualTo(4);
    assertThat(times("echomesh_schedule_lag_seconds").getCount()).isEqualTo(2);
  }

  @Test
  void shouldNotHaveASeriesForEachOfManyZones() {
    for (int i = 0; i < 1000; i++) {
      meters.add(sample("n" + i, "zone-" + i, null, 100L));
    }

    assertThat(zones()).hasSize(ProbeMeters.MOST_ZONES + 1).contains(ProbeMeters.OTHER_ZONES);
    assertThat(frames().stream().mapToDouble(CounterDataPointSnapshot::getValue).sum())
        .isEqualTo(1000);
  }

  private static MeshSample sample(
      String to, String zone, @Nullable Long connectMicros, Long... rttMicros) {
    Outcomes outcomes = new Outcomes(Map.of(Outcome.OK, (long) rttMicros.length));
    return new MeshSample(
        to,
        zone,
        1500,
        new ProbeSample(outcomes, connectMicros, null, List.of(rttMicros), null, null));
  }

  private double frames(Outcome outcome, String zone) {
    return frames().stream()
        .filter(point -> outcome.key().equals(point.getLabels().get("outcome")))
        .filter(point -> zone.equals(point.getLabels().get("target_zone")))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private Set<String> zones() {
    return frames().stream()
        .map(point -> String.valueOf(point.getLabels().get("target_zone")))
        .collect(Collectors.toSet());
  }

  private List<CounterDataPointSnapshot> frames() {
    return ((CounterSnapshot) meter("echomesh_probe_frames")).getDataPoints();
  }

  private HistogramDataPointSnapshot times(String name) {
    return ((HistogramSnapshot) meter(name)).getDataPoints().get(0);
  }

  private MetricSnapshot meter(String name) {
    return meters.collect().stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
