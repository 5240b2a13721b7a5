package dev.echomesh.node;

import dev.echomesh.config.MeshConfig;
import dev.echomesh.config.MeshTls;
import dev.echomesh.config.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Builds the Vert.x of a node or a command. */
public final class VertxFactory {
  /** Within twice that a broken connection to another member is noticed and made anew. */
  private static final long PING_MILLIS = 5000;

  private VertxFactory() {}

  /** The Vert.x of a command that only asks others; its user closes it. */
  public static Vertx forCommand() {
    return create(Transports.choose(Transport.AUTO), null);
  }

  /**
   * A Vert.x without a file cache, so that a read-only file system is enough.
   *
   * @param registry what Vert.x counts into; null for nothing
   */
  static Vertx create(
      io.vertx.core.transport.Transport transport, @Nullable MeterRegistry registry) {
    return builder(transport, registry, new EventBusOptions(), new VertxOptions()).build();
  }

  /**
   * The same in a cluster. A member does a little work many times a second, and handing it from one
   * thread to another takes more than the work, so it has no more event loops than can be busy.
   *
   * @param eventLoops 1 or more
   * @return fails with {@link dev.echomesh.config.StartException} if it cannot be joined
   */
  static Future<Vertx> join(
      io.vertx.core.transport.Transport transport,
      @Nullable MeterRegistry registry,
      MeshConfig mesh,
      ClusterManager cluster,
      int eventLoops) {
    EventBusOptions bus =
        new EventBusOptions()
            .setHost(mesh.host())
            .setPort(mesh.busPort())
            .setClusterPublicHost(mesh.publicHost())
            .setClusterPingInterval(PING_MILLIS)
            .setClusterPingReplyInterval(PING_MILLIS);
    MeshTls tls = mesh.tls();
    if (tls != null) {
      bus.setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(tls.certFile().toString())
                  .setKeyPath(tls.keyFile().toString()))
          .setTrustOptions(new PemTrustOptions().addCertPath(tls.caFile().toString()))
          .setClientAuth(ClientAuth.REQUIRED);
    }
    return builder(transport, registry, bus, new VertxOptions().setEventLoopPoolSize(eventLoops))
        .withClusterManager(cluster)
        .buildClustered();
  }

  private static VertxBuilder builder(
      io.vertx.core.transport.Transport transport,
      @Nullable MeterRegistry registry,
      EventBusOptions bus,
      VertxOptions options) {
    options
        .setEventBusOptions(bus)
        // a node's health monitor tells of blocked loops, a test's report of late ones; both
        // see more than Vert.x's checker
        .setMaxEventLoopExecuteTime(Long.MAX_VALUE)
        .setMaxEventLoopExecuteTimeUnit(TimeUnit.NANOSECONDS)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
    VertxBuilder builder = Vertx.builder().withTransport(transport);
    if (registry != null) {
      // Vert.x keeps registries by name for the whole JVM, and another node's may be there
      options.setMetricsOptions(
          new MicrometerMetricsOptions()
              .setEnabled(true)
              .setRegistryName(UUID.randomUUID().toString()));
      builder.withMetrics(new MicrometerMetricsFactory(registry));
    }
    return builder.with(options);
  }
}
