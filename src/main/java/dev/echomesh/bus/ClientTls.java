package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a tester's connections. Files are PEM, on the machine of the tester.
 *
 * @param caFile authorities to trust; null for those of the Java installation
 * @param certFile own certificate chain, for a server that asks for one
 * @param keyFile its private key
 * @param verifyHost whether the certificate must be the target host's
 */
public record ClientTls(
    @Nullable String caFile,
    @Nullable String certFile,
    @Nullable String keyFile,
    boolean verifyHost) {
  public JsonObject toJson() {
    return new JsonObject()
        .put("caFile", caFile)
        .put("certFile", certFile)
        .put("keyFile", keyFile)
        .put("verifyHost", verifyHost);
  }
}
