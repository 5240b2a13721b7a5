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
  static @Nullable ClientTls of(@Nullable Fields fields) {
    if (fields == null) {
      return null;
    }
    String cert = fields.text("certFile");
    String key = fields.text("keyFile");
    if ((cert == null) != (key == null)) {
      throw RequestException.invalid(
          cert == null ? "tls.certFile" : "tls.keyFile",
          "missing (expected certificate and key together)");
    }
    return new ClientTls(fields.text("caFile"), cert, key, fields.flag("verifyHost", true));
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("caFile", caFile)
        .put("certFile", certFile)
        .put("keyFile", keyFile)
        .put("verifyHost", verifyHost);
  }
}
