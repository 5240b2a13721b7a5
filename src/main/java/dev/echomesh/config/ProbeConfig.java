package dev.echomesh.config;

import dev.echomesh.spec.Target;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A target beside the nodes of the mesh that is probed all the time.
 *
 * @param name unique within the node
 * @param echoes whether it returns what it is sent; otherwise only connections are made
 * @param every from one probe to the next while it is healthy
 * @param timeout for a connection to be made, and for a frame to come back
 * @param frameLength bytes of each frame
 * @param tls null for plain TCP
 */
public record ProbeConfig(
    String name,
    Target target,
    boolean echoes,
    Duration every,
    Duration timeout,
    int frameLength,
    @Nullable Tls tls) {
  /**
   * TLS towards a target.
   *
   * @param caFile authorities to trust; null for those of the Java installation
   * @param certFile own certificate chain, for a target that asks for one
   * @param keyFile its private key
   * @param verifyHost whether the certificate must be the target host's
   */
  public record Tls(
      @Nullable Path caFile, @Nullable Path certFile, @Nullable Path keyFile, boolean verifyHost) {}
}
