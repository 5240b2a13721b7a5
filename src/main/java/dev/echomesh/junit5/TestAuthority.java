package dev.echomesh.junit5;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * A certificate authority for the run of the tests, and one server's and one client's certificate
 * of it (RFC 5280), all P-256. The JDK has no public way to make certificates.
 */
final class TestAuthority {
  private static final Duration LIFE = Duration.ofDays(30);
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofDays(1);
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final String AUTHORITY = "Echomesh test authority";
  private static final int KEY_ID_BYTES = 20;
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private final SecureRandom random = new SecureRandom();
  private final Instant now = Instant.now();
  private final Issued authority;
  private final Issued server;
  private final Issued client;

  /** A certificate and its key. */
  record Issued(X509Certificate certificate, PrivateKey key) {}

  TestAuthority() throws GeneralSecurityException {
    KeyPair keys = keys();
    this.authority =
        issue(AUTHORITY, keys.getPublic(), keys, authorityExtensions(keys.getPublic()));
    this.server = leaf("localhost", keys, SERVER_AUTH, names());
    this.client = leaf("Echomesh test client", keys, CLIENT_AUTH);
  }

  Issued authority() {
    return authority;
  }

  Issued server() {
    return server;
  }

  Issued client() {
    return client;
  }

  private Issued leaf(String name, KeyPair issuer, String usage, byte[]... more)
      throws GeneralSecurityException {
    KeyPair keys = keys();
    byte[] extensions =
        Der.sequence(
            extension("2.5.29.15", true, Der.bits(7, new byte[] {(byte) 0x80})),
            extension("2.5.29.37", false, Der.sequence(Der.oid(usage))),
            extension("2.5.29.14", false, Der.octets(keyId(keys.getPublic()))),
            extension("2.5.29.35", false, Der.sequence(Der.implicit(0, keyId(issuer.getPublic())))),
            more.length == 0 ? new byte[0] : more[0]);
    X509Certificate certificate = issue(name, keys.getPublic(), issuer, extensions).certificate();
    return new Issued(certificate, keys.getPrivate());
  }

  private static byte[] authorityExtensions(PublicKey key) throws GeneralSecurityException {
    return Der.sequence(
        extension("2.5.29.19", true, Der.sequence(Der.bool(true))),
        extension("2.5.29.15", true, Der.bits(1, new byte[] {0x06})),
        extension("2.5.29.14", false, Der.octets(keyId(key))));
  }

  /** Whom the server's certificate is for. */
  private static byte[] names() {
    byte[] ipv6Loopback = new byte[16];
    ipv6Loopback[15] = 1;
    return extension(
        "2.5.29.17",
        false,
        Der.sequence(
            Der.implicit(2, "localhost".getBytes(StandardCharsets.US_ASCII)),
            Der.implicit(7, new byte[] {127, 0, 0, 1}),
            Der.implicit(7, ipv6Loopback)));
  }

  private Issued issue(String subject, PublicKey key, KeyPair issuer, byte[] extensions)
      throws GeneralSecurityException {
    byte[] toBeSigned =
        Der.sequence(
            Der.explicit(0, Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(127, random).setBit(126)),
            ECDSA_SHA256,
            name(AUTHORITY),
            Der.sequence(Der.time(now.minus(CLOCKS_DIFFER_BY)), Der.time(now.plus(LIFE))),
            name(subject),
            key.getEncoded(),
            Der.explicit(3, extensions));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(issuer.getPrivate());
    signature.update(toBeSigned);
    byte[] der = Der.sequence(toBeSigned, ECDSA_SHA256, Der.bits(0, signature.sign()));
    return new Issued(
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der)),
        issuer.getPrivate());
  }

  private static byte[] name(String commonName) {
    return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(commonName))));
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
    // RFC 7093 §2, method 1
    return Arrays.copyOf(
        MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), KEY_ID_BYTES);
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }
}
