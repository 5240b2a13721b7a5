package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * PEM files of one CA and of a stranger, made with the JDK's keytool: {@code ca.pem}, and {@code
 * server}, {@code client}, {@code member}, {@code stranger-ca}, {@code stranger}, each with a
 * {@code .pem} and a {@code .key}. The server's certificate names localhost, 127.0.0.1 and ::1; the
 * member's is the client's and server's in one, and so is the stranger's, but signed by the
 * stranger's own CA.
 */
public final class TestCertificates {
  private static final char[] PASSWORD = "echomesh".toCharArray();
  private static final List<String> ALIASES =
      List.of("ca", "server", "client", "member", "stranger-ca", "stranger");

  private final Path directory;
  private final KeyStore keys;

  private TestCertificates(Path directory) {
    this.directory = directory;
    this.keys =
        new Keytool(directory.resolve("all.p12"), PASSWORD)
            .authority("ca")
            .signed("server", "ca", "eku=serverAuth", "san=dns:localhost,ip:127.0.0.1,ip:::1")
            .signed("client", "ca", "eku=clientAuth")
            .signed("member", "ca", "san=dns:localhost,ip:127.0.0.1,ip:::1")
            .authority("stranger-ca")
            .signed("stranger", "stranger-ca", "san=dns:localhost,ip:127.0.0.1,ip:::1")
            .load();
    ALIASES.forEach(this::writePem);
  }

  /** The set that the whole JVM shares; its files go when the JVM ends. */
  public static TestCertificates shared() {
    return Shared.INSTANCE;
  }

  /** Another, unrelated set with a CA of its own, in an existing directory. */
  public static TestCertificates createIn(Path directory) {
    return new TestCertificates(directory);
  }

  public Path ca() {
    return file("ca.pem");
  }

  public Path serverCertificate() {
    return file("server.pem");
  }

  public Path serverKey() {
    return file("server.key");
  }

  public Path clientCertificate() {
    return file("client.pem");
  }

  public Path clientKey() {
    return file("client.key");
  }

  public Path memberCertificate() {
    return file("member.pem");
  }

  public Path memberKey() {
    return file("member.key");
  }

  public Path strangerCa() {
    return file("stranger-ca.pem");
  }

  public Path strangerCertificate() {
    return file("stranger.pem");
  }

  public Path strangerKey() {
    return file("stranger.key");
  }

  /** Trusts the CA and shows no certificate. */
  public SSLContext clientContext() {
    return context("ca");
  }

  /** Trusts the CA and shows the client's certificate. */
  public SSLContext clientContextWithCertificate() {
    return context("ca", "client");
  }

  /** Trusts the CA and shows the stranger's certificate, also to servers that do not want it. */
  public SSLContext strangerContext() {
    return context("ca", "stranger");
  }

  /** Shows the server's certificate and trusts clients of the CA. */
  public SSLContext serverContext() {
    return context("ca", "server");
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private SSLContext context(String trusted, String... shown) {
    try {
      KeyStore trust = emptyStore();
      trust.setCertificateEntry(trusted, keys.getCertificate(trusted));
      TrustManagerFactory trusting =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusting.init(trust);
      KeyStore own = emptyStore();
      for (String alias : shown) {
        own.setKeyEntry(alias, key(alias), PASSWORD, keys.getCertificateChain(alias));
      }
      KeyManagerFactory showing =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      showing.init(own, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager[] managers = showing.getKeyManagers();
      context.init(
          shown.length == 0 ? managers : Insistent.on(managers, shown[0]),
          trusting.getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writePem(String alias) {
    try {
      Files.writeString(
          file(alias + ".pem"), pem("CERTIFICATE", keys.getCertificate(alias).getEncoded()));
      Files.writeString(file(alias + ".key"), pem("PRIVATE KEY", key(alias).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Key key(String alias) throws GeneralSecurityException {
    return keys.getKey(alias, PASSWORD);
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    return store;
  }

  private static String pem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, body);
  }

  private static final class Shared {
    private static final TestCertificates INSTANCE = create();

    private static TestCertificates create() {
      try {
        Path directory = Files.createTempDirectory("echomesh-certificates");
        TestCertificates made = new TestCertificates(directory);
        directory.toFile().deleteOnExit();
        try (var files = Files.list(directory)) {
          files.forEach(file -> file.toFile().deleteOnExit());
        }
        return made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
