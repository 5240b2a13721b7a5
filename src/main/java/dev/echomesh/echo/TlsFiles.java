package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import dev.echomesh.config.StartException;
import dev.echomesh.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** The TLS files of an endpoint: read and compared before a listener depends on them. */
final class TlsFiles {
  private static final String CERTIFICATES = "X.509 certificates in PEM";
  private static final String KEY = "an unencrypted private key in PEM";

  private TlsFiles() {}

  static PemKeyCertOptions shown(TlsConfig tls) {
    return new PemKeyCertOptions()
        .setCertPath(tls.certFile().toString())
        .setKeyPath(tls.keyFile().toString());
  }

  /** Who may connect; empty if everybody. */
  static Optional<PemTrustOptions> trusted(TlsConfig tls) {
    return Optional.ofNullable(tls.clientCaFile()).map(TlsFiles::certificates);
  }

  /**
   * Reads the endpoint's files, if it has any.
   *
   * @return fails with {@link StartException} that names the file at fault
   */
  static Future<Void> check(Vertx vertx, EndpointConfig endpoint) {
    TlsConfig tls = endpoint.tls();
    return tls == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(
            () -> {
              check(vertx, "endpoint " + endpoint.name() + ": ", tls);
              return null;
            });
  }

  private static void check(Vertx vertx, String subject, TlsConfig tls) {
    read(
        subject + "tls.certFile ", tls.certFile(), CERTIFICATES, () -> load(vertx, tls.certFile()));
    Path authorities = tls.clientCaFile();
    if (authorities != null) {
      read(
          subject + "tls.clientCaFile ", authorities, CERTIFICATES, () -> load(vertx, authorities));
    }
    String key = subject + "tls.keyFile ";
    boolean paired =
        read(
            key,
            tls.keyFile(),
            KEY,
            () -> isPair(shown(tls).getKeyManagerFactory(vertx).getKeyManagers()));
    if (!paired) {
      throw new StartException(
          key
              + tls.keyFile()
              + ": not the key of the certificate in "
              + tls.certFile()
              + " (expected the two files of one pair)");
    }
  }

  private static Object load(Vertx vertx, Path file) throws Exception {
    return certificates(file).getTrustManagerFactory(vertx);
  }

  private static PemTrustOptions certificates(Path file) {
    return new PemTrustOptions().addCertPath(file.toString());
  }

  private static <T> T read(
      String subject, Path file, String expected, java.util.concurrent.Callable<T> reader) {
    try {
      return reader.call();
    } catch (Exception e) {
      String fault = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw new StartException(subject + file + ": " + fault + " (expected " + expected + ")", e);
    }
  }

  private static boolean isPair(KeyManager[] managers) throws GeneralSecurityException {
    for (X509KeyManager manager : only(managers)) {
      for (String type : new String[] {"RSA", "EC", "EdDSA", "RSASSA-PSS"}) {
        String[] aliases = manager.getServerAliases(type, null);
        if (aliases != null && aliases.length > 0) {
          PrivateKey key = manager.getPrivateKey(aliases[0]);
          PublicKey certified = manager.getCertificateChain(aliases[0])[0].getPublicKey();
          return isPair(key, certified);
        }
      }
    }
    return true;
  }

  private static Iterable<X509KeyManager> only(KeyManager[] managers) {
    return Arrays.stream(managers)
        .filter(X509KeyManager.class::isInstance)
        .map(X509KeyManager.class::cast)
        .toList();
  }

  /** What the one signs, the other must accept. */
  private static boolean isPair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    String algorithm = signature(key.getAlgorithm());
    if (algorithm == null) {
      return true;
    }
    byte[] text = {1, 2, 3, 4};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(text);
    try {
      return signature.verify(signed);
    } catch (SignatureException otherLength) {
      return false;
    }
  }

  private static @Nullable String signature(String keyAlgorithm) {
    return switch (keyAlgorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "EdDSA" -> "EdDSA";
      default -> null;
    };
  }
}
