package dev.echomesh.wire;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Keys and trust of one end of TLS connections, versions 1.2 and 1.3, read from PEM files.
 * Immutable. Making one reads files: not on an event loop.
 */
public final class TlsContext {
  private final io.netty.handler.ssl.SslContext context;

  private TlsContext(SslContextBuilder builder) throws GeneralSecurityException {
    try {
      this.context = builder.sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2").build();
    } catch (javax.net.ssl.SSLException e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
  }

  /**
   * A server's.
   *
   * @param certFile the chain, leaf first
   * @param keyFile its private key
   * @param clientCaFile authorities of the client certificates that are then required
   * @throws GeneralSecurityException if a file cannot be used; the message is for the user
   */
  public static TlsContext server(
      Vertx vertx, Path certFile, Path keyFile, @Nullable Path clientCaFile)
      throws GeneralSecurityException {
    SslContextBuilder builder = SslContextBuilder.forServer(keys(vertx, certFile, keyFile));
    if (clientCaFile != null) {
      builder.trustManager(trust(vertx, clientCaFile)).clientAuth(ClientAuth.REQUIRE);
    }
    return new TlsContext(builder);
  }

  /**
   * A client's.
   *
   * @param caFile authorities to trust; null for those of the Java installation
   * @param certFile own chain, if the server asks for one
   * @param keyFile its private key
   * @param verifyHost whether the certificate must be for the server's name or address (RFC 9525)
   * @throws GeneralSecurityException if a file cannot be used; the message is for the user
   */
  public static TlsContext client(
      Vertx vertx,
      @Nullable Path caFile,
      @Nullable Path certFile,
      @Nullable Path keyFile,
      boolean verifyHost)
      throws GeneralSecurityException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm(verifyHost ? "HTTPS" : "");
    if (caFile != null) {
      builder.trustManager(trust(vertx, caFile));
    }
    if (certFile != null && keyFile != null) {
      builder.keyManager(keys(vertx, certFile, keyFile));
    }
    return new TlsContext(builder);
  }

  /** A client's that trusts one certificate, whatever its name. */
  public static TlsContext trusting(Vertx vertx, Buffer certificate)
      throws GeneralSecurityException {
    return new TlsContext(
        SslContextBuilder.forClient()
            .endpointIdentificationAlgorithm("")
            .trustManager(trust(vertx, new PemTrustOptions().addCertValue(certificate))));
  }

  /** Puts TLS under everything else in the pipeline; a client's handshake begins at once. */
  SslHandler install(Channel channel, String peerHost, int peerPort, Duration handshakeTimeout) {
    SslHandler handler = context.newHandler(channel.alloc(), peerHost, peerPort);
    handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
    channel.pipeline().addFirst("ssl", handler);
    return handler;
  }

  private static KeyManagerFactory keys(Vertx vertx, Path certFile, Path keyFile)
      throws GeneralSecurityException {
    KeyManagerFactory keys;
    try {
      keys =
          new PemKeyCertOptions()
              .addCertPath(certFile.toAbsolutePath().toString())
              .addKeyPath(keyFile.toAbsolutePath().toString())
              .getKeyManagerFactory(vertx);
    } catch (Exception e) {
      throw new GeneralSecurityException(certFile + ", " + keyFile + ": " + firstLine(e), e);
    }
    if (!isPair((X509KeyManager) keys.getKeyManagers()[0])) {
      throw new GeneralSecurityException(keyFile + " is not the private key of " + certFile);
    }
    return keys;
  }

  private static TrustManagerFactory trust(Vertx vertx, Path caFile)
      throws GeneralSecurityException {
    try {
      return trust(vertx, new PemTrustOptions().addCertPath(caFile.toAbsolutePath().toString()));
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(caFile + ": " + e.getMessage(), e);
    }
  }

  private static TrustManagerFactory trust(Vertx vertx, PemTrustOptions options)
      throws GeneralSecurityException {
    try {
      return options.getTrustManagerFactory(vertx);
    } catch (Exception e) {
      throw new GeneralSecurityException(firstLine(e), e);
    }
  }

  /** The JDK notices a key of another certificate only in the handshake. */
  private static boolean isPair(X509KeyManager keys) throws GeneralSecurityException {
    String alias =
        Stream.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA")
            .map(type -> keys.getServerAliases(type, null))
            .filter(aliases -> aliases != null && aliases.length > 0)
            .map(aliases -> aliases[0])
            .findFirst()
            .orElse("");
    PrivateKey key = keys.getPrivateKey(alias);
    X509Certificate[] chain = keys.getCertificateChain(alias);
    if (key == null || chain == null) {
      return false;
    }
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
      signature.initVerify(chain[0].getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException otherKindOfKey) {
      return false;
    }
  }

  private static String firstLine(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }
}
