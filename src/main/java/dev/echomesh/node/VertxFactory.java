package dev.echomesh.node;

import io.micrometer.core.instrument.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;

/** Builds the Vert.x of a node or a command. */
public final class VertxFactory {
  private VertxFactory() {}

  /**
   * A Vert.x without a file cache, so that a read-only file system is enough.
   *
   * @param metrics whether Vert.x counts into Micrometer's global registry
   */
  static Vertx create(io.vertx.core.transport.Transport transport, boolean metrics) {
    VertxOptions options =
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false));
    VertxBuilder builder = Vertx.builder().withTransport(GuardedTransport.of(transport));
    if (metrics) {
      options.setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true));
      builder.withMetrics(new MicrometerMetricsFactory(Metrics.globalRegistry));
    }
    return builder.with(options).build();
  }
}
