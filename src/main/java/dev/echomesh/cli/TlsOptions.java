package dev.echomesh.cli;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** TLS towards a target, on every command that has one. */
final class TlsOptions {
  @Option(names = "--tls", description = "Use TLS; implied by every other --tls option.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "PEM file of the authorities to trust (those of the Java installation).")
  @Nullable
  private String ca;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM file of the own certificate chain, for a server that asks for one.")
  @Nullable
  private String cert;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file of its private key.")
  @Nullable
  private String key;

  @Option(
      names = "--no-verify-host",
      description = "Accept a certificate that is not the target host's.")
  private boolean noVerifyHost;

  /** The {@code tls} of a request; null for plain TCP. */
  @Nullable JsonObject toJson() {
    if (!tls && !noVerifyHost && ca == null && cert == null && key == null) {
      return null;
    }
    return new JsonObject()
        .put("caFile", ca)
        .put("certFile", cert)
        .put("keyFile", key)
        .put("verifyHost", !noVerifyHost);
  }
}
