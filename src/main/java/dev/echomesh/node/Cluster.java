package dev.echomesh.node;

import dev.echomesh.bus.Failure;
import dev.echomesh.config.MeshConfig;
import dev.echomesh.config.MeshTls;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.mesh.engine.MeshClusterManager;
import dev.echomesh.spec.SocketAddresses;
import dev.echomesh.wire.TlsContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Joins a cluster. Apart from {@link Node}, so that a node without one loads nothing of the engine.
 *
 * @param vertx that has joined
 */
record Cluster(Vertx vertx, MeshClusterManager engine) {
  /** Joins; fails with {@link StartException}, and nothing is left running then. */
  static Future<Cluster> join(
      NodeConfig config,
      io.vertx.core.transport.Transport transport,
      @Nullable MeterRegistry registry) {
    MeshConfig mesh = config.mesh();
    MeshClusterManager engine;
    try {
      engine =
          MeshClusterManager.create(
              mesh, config.name(), tls(mesh, transport), Failure.NODE_DOWN.code());
    } catch (StartException e) {
      return Future.failedFuture(e);
    }
    int loops = eventLoops(Runtime.getRuntime().availableProcessors(), config.echo().instances());
    return VertxFactory.join(transport, registry, mesh, engine, loops)
        .map(vertx -> new Cluster(vertx, engine))
        .recover(
            cause -> {
              engine.abandon();
              return Future.failedFuture(explain(mesh, cause));
            });
  }

  /** One for each processor and each instance of an endpoint; never one alone, which may block. */
  static int eventLoops(int processors, int instances) {
    return Math.max(2, Math.max(processors, instances));
  }

  private static @Nullable SSLContext tls(
      MeshConfig mesh, io.vertx.core.transport.Transport transport) {
    MeshTls tls = mesh.tls();
    if (tls == null) {
      return null;
    }
    Vertx reader = VertxFactory.create(transport, null);
    try {
      return TlsContext.mutual(reader, tls.certFile(), tls.keyFile(), tls.caFile());
    } catch (GeneralSecurityException e) {
      throw new StartException("mesh." + e.getMessage(), e);
    } finally {
      var unused = reader.close();
    }
  }

  private static StartException explain(MeshConfig mesh, Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof StartException explained) {
        return explained;
      }
      if (t instanceof BindException) {
        boolean ofBus = String.valueOf(t.getMessage()).contains(":" + mesh.busPort());
        return new StartException(
            "mesh.%s: cannot listen on %s: %s"
                .formatted(
                    ofBus ? "busPort" : "port",
                    SocketAddresses.print(mesh.host(), ofBus ? mesh.busPort() : mesh.port()),
                    String.valueOf(t.getMessage()).lines().findFirst().orElse("")),
            cause);
      }
    }
    return new StartException(
        "mesh.cluster: %s cannot be joined: %s"
            .formatted(mesh.cluster(), String.valueOf(cause.getMessage())),
        cause);
  }
}
