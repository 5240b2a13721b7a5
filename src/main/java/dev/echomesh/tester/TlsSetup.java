package dev.echomesh.tester;

import dev.echomesh.bus.ClientTls;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.PemFile;
import dev.echomesh.spec.Target;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a run's TLS handshakes need.
 *
 * @param serverName null for an address literal
 */
record TlsSetup(ClientSSLOptions options, @Nullable String serverName) {
  /**
   * Null for plain TCP.
   *
   * @throws RequestException naming a file that cannot be read
   */
  static @Nullable TlsSetup of(TestRequest request) {
    ClientTls tls = request.tls();
    if (tls == null) {
      return null;
    }
    ClientSSLOptions options = new ClientSSLOptions();
    options.setHostnameVerificationAlgorithm(tls.verifyHost() ? "HTTPS" : "");
    options.setSslHandshakeTimeout(request.timeout().toMillis());
    options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    if (tls.caFile() != null) {
      options.setTrustOptions(
          new PemTrustOptions()
              .addCertPath(sound("tls.caFile", tls.caFile(), PemFile.CERTIFICATE)));
    }
    if (tls.certFile() != null && tls.keyFile() != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertPath(sound("tls.certFile", tls.certFile(), PemFile.CERTIFICATE))
              .addKeyPath(sound("tls.keyFile", tls.keyFile(), PemFile.PRIVATE_KEY)));
    }
    Target target = request.target();
    boolean literal = target.host().indexOf(':') >= 0 || target.host().matches("[0-9.]+");
    return new TlsSetup(options, literal ? null : target.host());
  }

  private static String sound(String field, String file, PemFile kind) {
    Optional<String> expected = kind.fault(file);
    if (expected.isPresent()) {
      throw RequestException.invalid(field, file, expected.get());
    }
    return file;
  }
}
