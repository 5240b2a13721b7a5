package dev.echomesh.junit5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What TLS clients of the test servers need: the authority to trust, and a certificate to show
 * where {@link EchoServer#clientCertificate()} asks for one. The same for all servers of a run of
 * the tests; made when the first one needs it, valid for 30 days, its files deleted in the end.
 * Immutable; any thread.
 */
public final class TlsMaterial {
  private static final char[] PASSWORD = "echomesh".toCharArray();

  private final TestAuthority authority;
  private final Path directory;

  private TlsMaterial(TestAuthority authority, Path directory) {
    this.authority = authority;
    this.directory = directory;
  }

  static TlsMaterial create() {
    try {
      TlsMaterial material =
          new TlsMaterial(new TestAuthority(), Files.createTempDirectory("echomesh-junit5"));
      Files.writeString(material.caFile(), material.caPem());
      Files.writeString(
          material.serverCertificateFile(), pem(material.authority.server().certificate()));
      Files.writeString(material.serverKeyFile(), pem(material.authority.server().key()));
      Files.writeString(
          material.clientCertificateFile(), pem(material.authority.client().certificate()));
      Files.writeString(material.clientKeyFile(), pem(material.authority.client().key()));
      return material;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The authority's certificate in PEM. */
  public String caPem() {
    return pem(authority.authority().certificate());
  }

  /** A file with the authority's certificate in PEM. */
  public Path caFile() {
    return directory.resolve("ca.pem");
  }

  /** A file with a client's certificate in PEM. */
  public Path clientCertificateFile() {
    return directory.resolve("client.pem");
  }

  /** A file with that client's private key, PKCS #8 in PEM. */
  public Path clientKeyFile() {
    return directory.resolve("client.key");
  }

  /** A key store that holds the authority's certificate alone. */
  public KeyStore trustStore() {
    try {
      KeyStore store = emptyStore();
      store.setCertificateEntry("echomesh", authority.authority().certificate());
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * For Java clients: trusts the authority, and shows the client's certificate to a server that
   * asks for one.
   */
  public SSLContext sslContext() {
    try {
      KeyStore own = emptyStore();
      TestAuthority.Issued client = authority.client();
      own.setKeyEntry("client", client.key(), PASSWORD, new Certificate[] {client.certificate()});
      KeyManagerFactory shows =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      shows.init(own, PASSWORD);
      TrustManagerFactory trusts =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusts.init(trustStore());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shows.getKeyManagers(), trusts.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Path serverCertificateFile() {
    return directory.resolve("server.pem");
  }

  Path serverKeyFile() {
    return directory.resolve("server.key");
  }

  void delete() {
    try {
      for (Path file :
          List.of(
              caFile(),
              serverCertificateFile(),
              serverKeyFile(),
              clientCertificateFile(),
              clientKeyFile())) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    return store;
  }

  private static String pem(Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(Key key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, body);
  }
}
