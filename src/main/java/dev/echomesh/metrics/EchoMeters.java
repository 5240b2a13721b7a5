package dev.echomesh.metrics;

import dev.echomesh.bus.EndpointInfo;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** What the endpoints had counted when they were asked last. Thread-safe. */
final class EchoMeters implements MultiCollector {
  private volatile List<EndpointInfo> endpoints = List.of();

  void set(List<EndpointInfo> now) {
    endpoints = List.copyOf(now);
  }

  @Override
  public MetricSnapshots collect() {
    GaugeSnapshot.Builder connections =
        GaugeSnapshot.builder()
            .name("echomesh_echo_connections")
            .help("Connections of clients that are open now.");
    CounterSnapshot.Builder bytes =
        CounterSnapshot.builder()
            .name("echomesh_echo_bytes")
            .help("Bytes received from clients, and bytes sent back that the kernel took.");
    CounterSnapshot.Builder rejected =
        CounterSnapshot.builder()
            .name("echomesh_echo_rejected")
            .help("Connections that were not served, by reason.");
    for (EndpointInfo each : endpoints) {
      connections.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(Labels.of("endpoint", each.name()))
              .value((double) each.connections())
              .build());
      bytes
          .dataPoint(count(each, "direction", "received", each.bytesReceived()))
          .dataPoint(count(each, "direction", "sent", each.bytesSent()));
      each.rejected()
          .forEach((reason, times) -> rejected.dataPoint(count(each, "reason", reason, times)));
    }
    return MetricSnapshots.of(connections.build(), bytes.build(), rejected.build());
  }

  private static CounterDataPointSnapshot count(
      EndpointInfo endpoint, String label, String value, long times) {
    return CounterDataPointSnapshot.builder()
        .labels(Labels.of("endpoint", endpoint.name(), label, value))
        .value((double) times)
        .build();
  }
}
