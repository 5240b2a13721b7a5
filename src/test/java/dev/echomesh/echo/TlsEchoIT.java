package dev.echomesh.echo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.ConfigLoader;
import dev.echomesh.config.LoadedConfig;
import dev.echomesh.config.Transport;
import dev.echomesh.node.ConfigWatcher;
import dev.echomesh.testing.CapturedLog;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.HostileClients;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.Programs;
import dev.echomesh.testing.RunningNode;
import dev.echomesh.testing.TestCertificates;
import dev.echomesh.testing.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsEchoIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();
  private static final int TIMEOUT_MILLIS = 20_000;

  private static final String DATA_AND_CLOSE_NOTIFY_IN_ONE_PIECE =
      """
      import socket, ssl, sys
      port, ca, version, length = sys.argv[1:]
      context = ssl.create_default_context(cafile=ca)
      context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
      plain = socket.create_connection(("127.0.0.1", int(port)), 20)
      arrived, due = ssl.MemoryBIO(), ssl.MemoryBIO()
      tls = context.wrap_bio(arrived, due, server_hostname="localhost")
      def until_done(step):
          while True:
              try:
                  return step()
              except ssl.SSLWantReadError:
                  plain.sendall(due.read())
                  data = plain.recv(65536)
                  if data: arrived.write(data)
                  else: arrived.write_eof()
      until_done(tls.do_handshake)
      plain.sendall(due.read())
      tls.write(b"x" * int(length))
      try: tls.unwrap()
      except ssl.SSLWantReadError: pass
      plain.sendall(due.read())
      received = 0
      while True:
          try:
              data = until_done(lambda: tls.read(65536))
              if not data: break
              received += len(data)
          except ssl.SSLZeroReturnError: break
      print(received, "bytes, then close_notify")
      """;

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
  void shouldKeepBothDirectionsBusyOnEveryTransport(Transport transport) throws IOException {
    try (RunningNode node = RunningNode.startOn(transport, yaml(CERTIFICATES, ""))) {
      for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
        Transfer transfer =
            client(node, CERTIFICATES.clientContext(), protocol).bytes(32 << 20).run();

        assertThat(transfer.exact()).as("%s %s", protocol, transfer).isTrue();
      }
      EndpointInfo info = node.idleEndpointAfter("tls", 2);
      assertThat(info.bytesSent()).isEqualTo(2 * (32 << 20));
      assertThat(info.cut()).isZero();
    }
  }

  /**
   * Its close_notify closes both ways (RFC 5246 §7.2.1): what has not been sent back by then never
   * is. The client sends data and close_notify as one piece, so that nothing has.
   */
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
  void shouldCountAndLogWhatAHalfCloseCutsOffOverTls12(Transport transport) {
    Programs.requireProgram("python3");
    try (RunningNode node = RunningNode.startOn(transport, yaml(CERTIFICATES, ""));
        CapturedLog log = CapturedLog.start()) {
      Execution client = pythonClient(node, "TLSv1_2", 5000);

      assertThat(client.out()).isEqualTo("0 bytes, then close_notify\n");
      EndpointInfo info = node.idleEndpointAfter("tls", 1);
      assertThat(info.bytesReceived()).isEqualTo(5000);
      assertThat(info.bytesSent()).isZero();
      assertThat(info.cut()).isEqualTo(5000);
      assertThat(info.truncated()).isZero();
      log.awaitLine("endpoint tls: client \\S+ was cut, 5000 of 5000 bytes that it sent");
    }
  }

  /** Its close_notify closes one way (RFC 8446 §6.1). */
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
  void shouldCutNothingOffOverTls13(Transport transport) {
    Programs.requireProgram("python3");
    try (RunningNode node = RunningNode.startOn(transport, yaml(CERTIFICATES, ""))) {
      Execution client = pythonClient(node, "TLSv1_3", 5000);

      assertThat(client.out()).isEqualTo("5000 bytes, then close_notify\n");
      assertThat(node.idleEndpointAfter("tls", 1).cut()).isZero();
    }
  }

  /** However much of it came back, the books balance. */
  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
  void shouldAccountForEveryByteOfALateReaderOverTls12(Transport transport) throws IOException {
    try (RunningNode node = RunningNode.startOn(transport, yaml(CERTIFICATES, ""))) {
      Transfer transfer =
          client(node, CERTIFICATES.clientContext(), "TLSv1.2")
              .bytes(10_000_000)
              .halfClose()
              .lateReader()
              .run();

      EndpointInfo info = node.idleEndpointAfter("tls", 1);
      assertThat(transfer.firstDifference()).isEqualTo(-1);
      assertThat(info.bytesReceived()).isEqualTo(10_000_000);
      assertThat(info.bytesSent() + info.cut()).isEqualTo(10_000_000);
      assertThat(transfer.received()).isBetween(info.bytesSent(), 10_000_000L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldCountAndLogAFinWithoutCloseNotifyAsTruncation(String protocol) throws IOException {
    try (RunningNode node = RunningNode.start(yaml(CERTIFICATES, ""));
        CapturedLog log = CapturedLog.start();
        Socket raw = connect(node)) {
      SSLSocket tls = handshake(raw, protocol);
      exchange(tls, "hello");
      raw.shutdownOutput();

      assertThat(tls.getInputStream().read()).isEqualTo(-1);
      EndpointInfo info = node.idleEndpoint("tls");
      assertThat(info.truncated()).isEqualTo(1);
      assertThat(info.cut()).isZero();
      log.awaitLine("endpoint tls: client \\S+ ended without close_notify");
    }
  }

  @Test
  void shouldNotCallAnOrderlyEndTruncated() throws IOException {
    try (RunningNode node = RunningNode.start(yaml(CERTIFICATES, ""))) {
      for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
        assertThat(client(node, CERTIFICATES.clientContext(), protocol).bytes(1000).run().exact())
            .isTrue();
      }
      EndpointInfo info =
          node.endpointWhen("tls", now -> now.accepted() == 2 && now.connections() == 0);
      assertThat(info.truncated()).isZero();
      assertThat(info.cut()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldServeOnlyClientsWithACertificateOfTheirCa(String protocol) throws IOException {
    String clientCa = ", clientCaFile: '%s'".formatted(CERTIFICATES.ca());
    try (RunningNode node = RunningNode.start(yaml(CERTIFICATES, clientCa))) {
      assertNotServed(client(node, CERTIFICATES.clientContext(), protocol));
      assertNotServed(client(node, CERTIFICATES.strangerContext(), protocol));
      EndpointInfo rejected = node.endpointWhen("tls", now -> rejectedForTls(now) == 2);
      assertThat(rejectedForTls(rejected)).isEqualTo(2);
      assertThat(rejected.accepted()).isZero();

      Transfer served =
          client(node, CERTIFICATES.clientContextWithCertificate(), protocol).bytes(1000).run();
      assertThat(served.exact()).as("%s", served).isTrue();
      assertThat(node.endpoint("tls").accepted()).isEqualTo(1);
    }
  }

  /** Over TLS 1.3 it has sent everything by the time that its certificate is looked at. */
  @Test
  void shouldEchoAllOfAClientThatEndsWhileItsCertificateIsVerified() throws IOException {
    String more = ", clientCaFile: '" + CERTIFICATES.ca() + "'";
    try (RunningNode node = RunningNode.start(yaml(CERTIFICATES, more))) {
      for (int i = 0; i < 20; i++) {
        Transfer transfer =
            client(node, CERTIFICATES.clientContextWithCertificate(), "TLSv1.3")
                .bytes(1000)
                .halfClose()
                .run();
        assertThat(transfer.exact()).as("%s", transfer).isTrue();
      }
    }
  }

  /** Sooner than a handshake may take. */
  @ParameterizedTest
  @ValueSource(strings = {"", ", faults: {delay: 1ms}"})
  void shouldTurnAwayAClientThatEndsInsideTheHandshake(String faults) throws IOException {
    byte[] hello = HostileClients.hello(CERTIFICATES.clientContext());
    try (RunningNode node =
        RunningNode.start(yaml(CERTIFICATES, "").replace("}}", "}" + faults + "}"))) {
      try (Socket socket = connect(node)) {
        socket.getOutputStream().write(hello);
        socket.shutdownOutput();
        // our part of the handshake may come, or not
        assertThat(bytesBeforeTheEnd(socket)).isNotNegative();
      }
      EndpointInfo info =
          node.endpointWhen("tls", now -> rejectedForTls(now) == 1 && now.connections() == 0);
      assertThat(info.accepted()).isZero();
    }
  }

  @Test
  void shouldTurnAwayWhatIsNotTls() throws IOException {
    try (RunningNode node = RunningNode.start(yaml(CERTIFICATES, ""));
        Socket other = connect(node)) {
      SSLSocket served = handshake(other, "TLSv1.3");
      for (String garbage :
          List.of("GET / HTTP/1.0\r\n\r\n", "\0\0\0\0\0", "\u0016\u0003\u0001\u0000\u0005junk!")) {
        try (Socket socket = connect(node)) {
          socket.getOutputStream().write(garbage.getBytes(US_ASCII));
          assertThat(bytesBeforeTheEnd(socket)).isLessThan(garbage.length());
        }
      }
      EndpointInfo info = node.endpointWhen("tls", now -> rejectedForTls(now) == 3);
      assertThat(rejectedForTls(info)).isEqualTo(3);
      assertThat(info.bytesReceived()).isZero();
      exchange(served, "still here");
    }
  }

  @Test
  void shouldShowRenewedCertificatesToNewClientsOnly(@TempDir Path old, @TempDir Path renewed)
      throws IOException {
    TestCertificates before = TestCertificates.createIn(old);
    SSLContext trustsBefore = before.clientContext();
    try (RunningNode node = RunningNode.start(yaml(before, ""));
        Socket raw = connect(node)) {
      SSLSocket connected = handshake(trustsBefore, raw, "TLSv1.3");
      exchange(connected, "before");

      TestCertificates after = TestCertificates.createIn(renewed);
      replace(before, after);
      node.follow(yaml(before, ""));

      assertThat(client(node, after.clientContext(), "TLSv1.3").bytes(10).run().exact()).isTrue();
      assertThatThrownBy(() -> client(node, trustsBefore, "TLSv1.3").run())
          .isInstanceOf(SSLException.class);
      exchange(connected, "the old connection goes on");
    }
  }

  @Test
  void shouldTakeUpRenewedCertificatesByItself(@TempDir Path old, @TempDir Path renewed)
      throws IOException {
    TestCertificates before = TestCertificates.createIn(old);
    Path file = Files.writeString(old.resolve("echomesh.yaml"), yaml(before, ""));
    LoadedConfig loaded = ConfigLoader.load(file, Map.of(), List.of());
    try (RunningNode node = RunningNode.start(Files.readString(file));
        CapturedLog log = CapturedLog.start()) {
      ConfigWatcher.watch(node.node(), loaded, Map.of(), List.of());
      assertThat(client(node, before.clientContext(), "TLSv1.3").bytes(10).run().exact()).isTrue();

      TestCertificates after = TestCertificates.createIn(renewed);
      replace(before, after);
      log.awaitLine("changed, follows");

      PlainClient trustsAfter = client(node, after.clientContext(), "TLSv1.3").bytes(10);
      assertThat(runWhenTrusted(trustsAfter).exact()).isTrue();
    }
  }

  @Test
  void shouldNotBeKeptFromClosingByClientsStuckInTheHandshake() throws IOException {
    try (RunningNode node =
            RunningNode.start(
                yaml(CERTIFICATES, ""), "echo.drainTimeout=500ms", "echo.instances=2");
        Socket silent = connect(node);
        Socket halfHello = connect(node)) {
      halfHello.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1, 0, 0, (byte) 252, 3, 3});
      PlainClient client = client(node, CERTIFICATES.clientContext(), "TLSv1.3");
      assertThat(client.bytes(10).run().exact()).isTrue();

      close(node);
      assertThat(bytesBeforeTheEnd(silent)).isZero();
      assertThat(bytesBeforeTheEnd(halfHello)).isZero();
    }
  }

  private static String yaml(TestCertificates certificates, String more) {
    return """
        echo:
          endpoints:
            - {name: tls, port: 0, tls: {certFile: '%s', keyFile: '%s'%s}}
        """
        .formatted(certificates.serverCertificate(), certificates.serverKey(), more);
  }

  private static PlainClient client(RunningNode node, SSLContext context, String protocol) {
    return PlainClient.to(node.port("tls")).tls(context).tlsProtocol(protocol);
  }

  /** Over TLS 1.3 the client's handshake is done before the server has seen its certificate. */
  private static void assertNotServed(PlainClient client) {
    assertThatThrownBy(
            () -> {
              Transfer transfer = client.bytes(1000).run();
              assertThat(transfer.received()).isZero();
              throw Objects.requireNonNull(transfer.readFailure());
            })
        .isInstanceOf(IOException.class);
  }

  private static long rejectedForTls(EndpointInfo info) {
    return info.rejected().getOrDefault("tls", 0L);
  }

  private static Socket connect(RunningNode node) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port("tls"));
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static Execution pythonClient(RunningNode node, String protocol, int bytes) {
    return Programs.run(
            Duration.ofSeconds(20),
            new byte[0],
            "python3",
            "-c",
            DATA_AND_CLOSE_NOTIFY_IN_ONE_PIECE,
            Integer.toString(node.port("tls")),
            CERTIFICATES.ca().toString(),
            protocol,
            Integer.toString(bytes))
        .expectSuccess();
  }

  private static SSLSocket handshake(Socket raw, String protocol) throws IOException {
    return handshake(CERTIFICATES.clientContext(), raw, protocol);
  }

  private static SSLSocket handshake(SSLContext context, Socket raw, String protocol)
      throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(raw, "127.0.0.1", raw.getPort(), false);
    tls.setEnabledProtocols(new String[] {protocol});
    tls.startHandshake();
    return tls;
  }

  private static void exchange(Socket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(US_ASCII);
    socket.getOutputStream().write(bytes);
    assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
  }

  /** Reads to the peer's end; a reset is an end too. */
  private static int bytesBeforeTheEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    int count = 0;
    try {
      while (in.read() >= 0) {
        count++;
      }
    } catch (SocketTimeoutException noEnd) {
      throw noEnd;
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    return count;
  }

  /** What the end of the try block does once more. */
  private static void close(RunningNode node) {
    node.close();
  }

  private static void replace(TestCertificates old, TestCertificates by) throws IOException {
    Files.copy(
        by.serverCertificate(), old.serverCertificate(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(by.serverKey(), old.serverKey(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** What was logged before it was done is done a moment later. */
  private static Transfer runWhenTrusted(PlainClient client) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try {
        return client.run();
      } catch (SSLException notYet) {
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }
}
