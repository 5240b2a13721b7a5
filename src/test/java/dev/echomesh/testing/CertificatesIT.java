package dev.echomesh.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesIT {
  private final TestCertificates certificates = TestCertificates.shared();

  @Test
  void shouldWritePemThatOpensslAccepts() {
    Programs.requireProgram("openssl");
    for (Path certificate :
        new Path[] {certificates.serverCertificate(), certificates.clientCertificate()}) {
      assertThat(openssl("verify", "-CAfile", certificates.ca().toString(), certificate.toString()))
          .contains("OK");
    }
    assertThat(
            openssl("x509", "-noout", "-text", "-in", certificates.serverCertificate().toString()))
        .contains("DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1");
    assertThat(openssl("pkey", "-noout", "-check", "-in", certificates.serverKey().toString()))
        .contains("valid");
  }

  @Test
  void shouldMakeASetWithACaOfItsOwn(@TempDir Path directory) throws IOException {
    TestCertificates other = TestCertificates.createIn(directory);

    assertThat(other.ca()).exists();
    assertThat(Files.readString(other.ca())).isNotEqualTo(Files.readString(certificates.ca()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void shouldServeHalfClosingClientsOverTls13(String host) throws IOException {
    try (EchoOnce echo = new EchoOnce(certificates.serverContext(), false)) {
      Transfer transfer =
          PlainClient.to(host, echo.port())
              .bytes(3_000_000)
              .halfClose()
              .lateReader()
              .tls(certificates.clientContext())
              .run();

      assertThat(transfer.exact()).as("%s", transfer).isTrue();
      assertThat(transfer.sawEnd()).isTrue();
    }
  }

  @Test
  void shouldShowTheClientsCertificate() throws IOException {
    try (EchoOnce echo = new EchoOnce(certificates.serverContext(), true)) {
      assertThat(
              PlainClient.to(echo.port())
                  .bytes(10)
                  .tls(certificates.clientContextWithCertificate())
                  .tlsProtocol("TLSv1.2")
                  .run()
                  .exact())
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNotPassAsTheClient(boolean stranger) throws IOException {
    SSLContext context = stranger ? certificates.strangerContext() : certificates.clientContext();
    try (EchoOnce echo = new EchoOnce(certificates.serverContext(), true)) {
      PlainClient client =
          PlainClient.to(echo.port()).bytes(10).tls(context).tlsProtocol("TLSv1.2");

      assertThatThrownBy(client::run).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldNotTrustTheStranger() throws IOException {
    try (EchoOnce echo = new EchoOnce(certificates.strangerContext(), false)) {
      PlainClient client = PlainClient.to(echo.port()).tls(certificates.clientContext());

      assertThatThrownBy(client::run).isInstanceOf(SSLHandshakeException.class);
    }
  }

  private static String openssl(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "openssl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Programs.run(Duration.ofSeconds(20), new byte[0], command).expectSuccess().out();
  }

  /** A TLS server that echoes one connection. */
  private static final class EchoOnce implements AutoCloseable {
    private final SSLServerSocket server;
    private final CompletableFuture<Void> served;

    private EchoOnce(SSLContext context, boolean needClient) throws IOException {
      server =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
      server.setSoTimeout(10_000);
      server.setNeedClientAuth(needClient);
      served = Pump.run("echo-once", this::serve);
    }

    private int port() {
      return server.getLocalPort();
    }

    private void serve() {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.setSoTimeout(10_000);
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        in.transferTo(out);
        socket.shutdownOutput();
      } catch (IOException e) {
        // Some clients are meant to be turned away.
      }
    }

    @Override
    public void close() throws IOException {
      served.join();
      server.close();
    }
  }
}
