package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that makes a mesh's certificates for tests. */
class CertificatesScriptIT {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  /** Types of names in a certificate, RFC 5280 section 4.2.1.6. */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

  @TempDir private Path parent;

  @BeforeEach
  void requireOpenssl() {
    Programs.requireProgram("openssl");
  }

  @Test
  void shouldSignNodesThatMayBeBothEnds() throws Exception {
    make("a=127.0.0.1,a.example", "b=::1").expectSuccess();

    X509Certificate authority = certificate("ca");
    assertThat(authority.getBasicConstraints()).isZero();
    for (String node : List.of("a", "b")) {
      X509Certificate leaf = certificate(node);
      leaf.verify(authority.getPublicKey());
      leaf.checkValidity();
      assertThat(leaf.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
      assertThat(leaf.getExtendedKeyUsage()).containsExactlyInAnyOrder(SERVER_AUTH, CLIENT_AUTH);
      assertThat(leaf.getBasicConstraints()).as("not an authority").isEqualTo(-1);
    }
    assertThat(names("a"))
        .containsExactly(List.of(IP_ADDRESS, "127.0.0.1"), List.of(DNS_NAME, "a.example"));
    assertThat(names("b")).containsExactly(List.of(IP_ADDRESS, "0:0:0:0:0:0:0:1"));
    assertThat(certificate("a").getSerialNumber()).isNotEqualTo(certificate("b").getSerialNumber());
  }

  @Test
  void shouldWriteTheKeyOfEachCertificateForItsOwnerOnly() throws Exception {
    make("a=127.0.0.1", "b=127.0.0.1").expectSuccess();

    for (String name : List.of("ca", "a", "b")) {
      PrivateKey key = key(name);
      assertThat(((ECPrivateKey) key).getParams().getOrder().bitLength()).isEqualTo(256);
      assertThat(belongTogether(key, certificate(name))).as(name).isTrue();
      assertThat(Files.getPosixFilePermissions(directory().resolve(name + ".key")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(files())
        .containsExactlyInAnyOrder("ca.crt", "ca.key", "a.crt", "a.key", "b.crt", "b.key");
  }

  @Test
  void shouldOverwriteNothingAndMakeNothingThen() throws Exception {
    make("a=127.0.0.1").expectSuccess();
    byte[] certificate = Files.readAllBytes(directory().resolve("a.crt"));

    Execution again = make("b=127.0.0.1", "a=10.0.0.1");

    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err())
        .isEqualTo(
            "certificates: %s exists and is not overwritten%n", directory().resolve("a.crt"));
    assertThat(directory().resolve("a.crt")).hasBinaryContent(certificate);
    assertThat(directory().resolve("b.crt")).doesNotExist();
  }

  @Test
  void shouldSignFurtherNodesWithTheSameAuthority() throws Exception {
    make("a=127.0.0.1").expectSuccess();
    X509Certificate authority = certificate("ca");

    make("b=127.0.0.2").expectSuccess();

    assertThat(certificate("ca")).isEqualTo(authority);
    certificate("b").verify(authority.getPublicKey());
  }

  @Test
  void shouldNotSignWithoutTheAuthoritysKey() throws Exception {
    make("a=127.0.0.1").expectSuccess();
    Files.delete(directory().resolve("ca.key"));

    Execution second = make("b=127.0.0.2");

    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err())
        .isEqualTo("certificates: %s/ca.crt is there without ca.key%n", directory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a=", "=127.0.0.1", "a=127.0.0.1,", "a=b c", "../a=b", "ca=b"})
  void shouldTellHowItIsUsed(String node) {
    Execution wrong = make(node);

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err().lines())
        .singleElement()
        .asString()
        .contains("usage: certificates DIRECTORY NODE=HOST");
    assertThat(directory()).doesNotExist();
  }

  @Test
  void shouldTellHowItIsUsedWithoutNodes() {
    Execution wrong = make();

    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err().lines()).singleElement().asString().startsWith("usage: certificates ");
  }

  @Test
  void shouldNameAnAddressThatIsNone() throws Exception {
    Execution wrong = make("a=127.0.0.999");

    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err().lines()).singleElement().asString().contains("127.0.0.999");
    assertThat(files()).containsExactlyInAnyOrder("ca.crt", "ca.key");
  }

  private Execution make(String... nodes) {
    List<String> command = new ArrayList<>();
    command.add(Path.of("conf/cluster/certificates").toAbsolutePath().toString());
    command.add(directory().toString());
    command.addAll(List.of(nodes));
    return Programs.run(Duration.ofSeconds(60), new byte[0], command);
  }

  private Path directory() {
    return parent.resolve("tls");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
    try (InputStream pem = Files.newInputStream(directory().resolve(name + ".crt"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
  }

  private List<List<?>> names(String node) throws IOException, GeneralSecurityException {
    return List.copyOf(certificate(node).getSubjectAlternativeNames());
  }

  private PrivateKey key(String name) throws IOException, GeneralSecurityException {
    String base64 =
        Files.readString(directory().resolve(name + ".key"))
            .replace("-----BEGIN PRIVATE KEY-----", "")
            .replace("-----END PRIVATE KEY-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    byte[] text = "echomesh".getBytes(StandardCharsets.UTF_8);
    Signature signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(key);
    signing.update(text);
    Signature checking = Signature.getInstance("SHA256withECDSA");
    checking.initVerify(certificate.getPublicKey());
    checking.update(text);
    return checking.verify(signing.sign());
  }
}
