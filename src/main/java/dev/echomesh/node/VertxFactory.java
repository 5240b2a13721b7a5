package dev.echomesh.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the Vert.x of a node or a command. */
public final class VertxFactory {
  private VertxFactory() {}

  /**
   * A Vert.x without a file cache, so that a read-only file system is enough.
   *
   * @param registry what Vert.x counts into; null for nothing
   */
  static Vertx create(
      io.vertx.core.transport.Transport transport, @Nullable MeterRegistry registry) {
    VertxOptions options =
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false));
    VertxBuilder builder = Vertx.builder().withTransport(GuardedTransport.of(transport));
    if (registry != null) {
      // Vert.x keeps registries by name for the whole JVM, and another node's may be there
      options.setMetricsOptions(
          new MicrometerMetricsOptions()
              .setEnabled(true)
              .setRegistryName(UUID.randomUUID().toString()));
      builder.withMetrics(new MicrometerMetricsFactory(registry));
    }
    return builder.with(options).build();
  }
}
