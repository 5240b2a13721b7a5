package dev.echomesh.metrics;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.MeshSample;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.bus.TestReport;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the tester found, added up over all runs and probes. Thread-safe. */
final class ProbeMeters implements MultiCollector {
  /** Of a target that is not of this node's mesh. */
  static final String NO_ZONE = "";

  /** Of a zone beyond the first {@value #MOST_ZONES}: names of zones must not fill the memory. */
  static final String OTHER_ZONES = "other";

  static final int MOST_ZONES = 100;

  private final Map<String, Outcomes> frames = new TreeMap<>(Map.of(NO_ZONE, Outcomes.none()));
  private final Buckets connect = new Buckets();
  private final Buckets rtt = new Buckets();
  private final Buckets lag = new Buckets();

  /** Adds a finished run. */
  synchronized void add(TestReport report, String zone) {
    add(report.outcomes(), zone);
    add(connect, report.connect());
    add(rtt, report.rtt());
    add(lag, report.lag());
  }

  /** Adds what one probe of a path told. */
  synchronized void add(MeshSample told) {
    ProbeSample sample = told.sample();
    add(sample.outcomes(), told.zone());
    if (sample.connectMicros() != null) {
      connect.add(sample.connectMicros() / 1e6, 1);
    }
    sample.rttMicros().forEach(micros -> rtt.add(micros / 1e6, 1));
    lag.add(told.lagMicros() / 1e6, 1);
  }

  private void add(Outcomes outcomes, String zone) {
    boolean isKnown = frames.containsKey(zone) || frames.size() < MOST_ZONES;
    frames.merge(isKnown ? zone : OTHER_ZONES, outcomes, Outcomes::plus);
  }

  private static void add(Buckets buckets, @Nullable Latency latency) {
    if (latency != null) {
      buckets.add(latency.toHistogram());
    }
  }

  @Override
  public synchronized MetricSnapshots collect() {
    return MetricSnapshots.of(
        frames(),
        histogram(
            "echomesh_probe_connect_seconds",
            "Time that TCP handshakes of tests and probes took.",
            connect),
        histogram(
            "echomesh_probe_rtt_seconds",
            "Time from a frame's send, in an open loop from when it was due, until all of it was back.",
            rtt),
        histogram(
            "echomesh_schedule_lag_seconds",
            "How late this node itself was with frames that were due; the path has no part in it.",
            lag));
  }

  private MetricSnapshot frames() {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name("echomesh_probe_frames")
            .help("Frames of tests and probes, and connections that failed, by how they ended.");
    frames.forEach(
        (zone, outcomes) -> {
          for (Outcome outcome : Outcome.values()) {
            counter.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(Labels.of("outcome", outcome.key(), "target_zone", zone))
                    .value((double) outcomes.count(outcome))
                    .build());
          }
        });
    return counter.build();
  }

  private static MetricSnapshot histogram(String name, String help, Buckets buckets) {
    return HistogramSnapshot.builder().name(name).help(help).dataPoint(buckets.snapshot()).build();
  }
}
