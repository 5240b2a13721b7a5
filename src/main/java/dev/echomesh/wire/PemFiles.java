package dev.echomesh.wire;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;

/** Reads keys and certificates, and says which file is at fault. */
final class PemFiles {
  private static final String CERTIFICATES = "X.509 certificates in PEM";
  private static final String KEY = "an unencrypted private key in PEM";

  private PemFiles() {}

  static KeyManagerFactory keys(Vertx vertx, Path certFile, Path keyFile) throws PemFileException {
    trust(vertx, "tls.certFile", certFile);
    KeyManagerFactory keys =
        read(
            "tls.keyFile",
            keyFile,
            KEY,
            () ->
                new PemKeyCertOptions()
                    .setCertPath(certFile.toString())
                    .setKeyPath(keyFile.toString())
                    .getKeyManagerFactory(vertx));
    // the JDK notices a key of another certificate only in the handshake
    read("tls.keyFile", keyFile, "the two files of one pair", () -> requirePair(keys, certFile));
    return keys;
  }

  static TrustManagerFactory trust(Vertx vertx, String key, Path file) throws PemFileException {
    return read(
        key,
        file,
        CERTIFICATES,
        () -> new PemTrustOptions().addCertPath(file.toString()).getTrustManagerFactory(vertx));
  }

  private static <T> T read(String key, Path file, String expected, Callable<T> reader)
      throws PemFileException {
    try {
      return reader.call();
    } catch (Exception e) {
      String fault = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw new PemFileException(key, file + ": " + fault + " (expected " + expected + ")", e);
    }
  }

  private static Void requirePair(KeyManagerFactory factory, Path certFile)
      throws GeneralSecurityException {
    X509KeyManager keys = (X509KeyManager) factory.getKeyManagers()[0];
    String alias =
        Stream.of("RSA", "EC", "EdDSA", "RSASSA-PSS")
            .map(type -> keys.getServerAliases(type, null))
            .filter(aliases -> aliases != null && aliases.length > 0)
            .map(aliases -> aliases[0])
            .findFirst()
            .orElseThrow(() -> new GeneralSecurityException("not a key that TLS can use"));
    if (!isPair(keys.getPrivateKey(alias), keys.getCertificateChain(alias)[0].getPublicKey())) {
      throw new GeneralSecurityException("not the key of the certificate in " + certFile);
    }
    return null;
  }

  /** What the one signs, the other must accept. */
  private static boolean isPair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    byte[] signed = signature.sign();
    try {
      signature.initVerify(certified);
      return signature.verify(signed);
    } catch (GeneralSecurityException otherKindOfKey) {
      return false;
    }
  }
}
