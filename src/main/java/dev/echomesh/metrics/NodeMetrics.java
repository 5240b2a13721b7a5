package dev.echomesh.metrics;

import com.sun.management.OperatingSystemMXBean;
import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshSample;
import dev.echomesh.bus.NodeInfo;
import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.NodeTarget;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node's meters: a registry of its own, which Vert.x counts into, the JVM's, and what the other
 * rooms say on the event bus.
 */
public final class NodeMetrics extends VerticleBase {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final EchoMeters echo = new EchoMeters();
  private final ProbeMeters probes = new ProbeMeters();
  private final MeshMeters mesh = new MeshMeters();
  private volatile @Nullable JvmGcMetrics collections;

  /** Meters that count from now on, but for those that need the event bus. */
  public NodeMetrics() {
    registry
        .config()
        .meterFilter(knownMethods())
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(renamed("system.cpu.count", "system.cpus"));
    PrometheusRegistry collectors = registry.getPrometheusRegistry();
    collectors.register(NodeMetrics::processorTime);
    collectors.register(echo);
    collectors.register(probes);
    collectors.register(mesh);
  }

  /** What Vert.x shall count into. */
  public MeterRegistry registry() {
    return registry;
  }

  @Override
  public Future<?> start() {
    vertx.eventBus().localConsumer(Addresses.REPORTS, this::reported);
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            Addresses.MESH_SAMPLES, told -> probes.add(MeshSample.fromJson(told.body())));
    return ask(Addresses.NODE_INFO)
        .onSuccess(info -> introduce(NodeInfo.fromJson(info)))
        .compose(known -> vertx.executeBlocking(this::bind));
  }

  private void introduce(NodeInfo node) {
    InfoSnapshot build =
        InfoSnapshot.builder()
            .name("echomesh_build")
            .help("What this node is, as labels; always 1.")
            .dataPoint(
                InfoDataPointSnapshot.builder()
                    .labels(
                        Labels.of(
                            "version",
                            node.version(),
                            "transport",
                            node.transport(),
                            "java",
                            node.java()))
                    .build())
            .build();
    registry.getPrometheusRegistry().register(() -> build);
  }

  private @Nullable Void bind() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    JvmGcMetrics collecting = new JvmGcMetrics();
    collections = collecting;
    collecting.bindTo(registry);
    return null;
  }

  @Override
  public Future<?> stop() {
    JvmGcMetrics collecting = collections;
    if (collecting != null) {
      collecting.close();
    }
    registry.close();
    return Future.succeededFuture();
  }

  /**
   * All meters as they are now, in Prometheus' text format 0.0.4. Any event loop.
   *
   * @return does not fail because a room does not answer: its meters stay as they were
   */
  public Future<String> scrape() {
    Future<?> endpoints =
        ask(Addresses.ECHO_ENDPOINTS)
            .onSuccess(
                reply ->
                    echo.set(
                        reply.getJsonArray("endpoints").stream()
                            .map(each -> EndpointInfo.fromJson((JsonObject) each))
                            .toList()));
    Future<?> matrix =
        ask(Addresses.MESH_MATRIX)
            .map(MeshMatrix::fromJson)
            .onComplete(reply -> mesh.set(reply.result()));
    return Future.join(endpoints, matrix)
        .transform(asked -> vertx.executeBlocking(() -> registry.scrape(), false));
  }

  private Future<JsonObject> ask(String address) {
    return vertx.eventBus().<JsonObject>request(address, null).map(Message::body);
  }

  private void reported(Message<JsonObject> message) {
    JsonObject report = message.body();
    if (TestReport.SCHEMA.equals(report.getString("schema"))) {
      add(TestReport.fromJson(report));
    }
  }

  /** One that several nodes ran was counted by each of them. */
  private void add(TestReport report) {
    if (!report.sources().isEmpty()) {
      return;
    }
    if (!(report.request().target() instanceof NodeTarget target)) {
      probes.add(report, ProbeMeters.NO_ZONE);
      return;
    }
    ask(Addresses.MESH_MEMBERS)
        .map(members -> Members.fromJson(members).find(target.node()).map(Member::zone))
        .otherwise(Optional.empty())
        .onSuccess(zone -> probes.add(report, zone.orElse(ProbeMeters.NO_ZONE)));
  }

  /** Micrometer's own is in nanoseconds, and called so. */
  private static MetricSnapshot processorTime() {
    double nanos =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? system.getProcessCpuTime()
            : Double.NaN;
    return CounterSnapshot.builder()
        .name("process_cpu_seconds")
        .help("Processor time that this process has used, user and system.")
        .dataPoint(CounterDataPointSnapshot.builder().value(nanos / 1e9).build())
        .build();
  }

  /** Prometheus keeps the suffix _count for histograms. */
  private static MeterFilter renamed(String name, String better) {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        return id.getName().equals(name) ? id.withName(better) : id;
      }
    };
  }

  /** A client can write anything for a method, and each would be a series of its own. */
  private static MeterFilter knownMethods() {
    return MeterFilter.replaceTagValues(
        "method", method -> METHODS.contains(method) ? method : "other");
  }
}
