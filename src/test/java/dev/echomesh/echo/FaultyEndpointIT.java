package dev.echomesh.echo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.CheckVerdict;
import dev.echomesh.cli.CommandRun;
import dev.echomesh.spec.Faults;
import dev.echomesh.testing.Checks;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an endpoint keeps to, also while it misbehaves. */
class FaultyEndpointIT {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int FIRST = 1000;

  @Test
  void shouldSendFinAndTakeInTheRestWhenItCloses() throws IOException {
    try (LocalNode node = start("closeAfter: 1000");
        Socket client = connect(node)) {
      client.getOutputStream().write(new byte[FIRST + 1]);
      assertThat(client.getInputStream().readNBytes(FIRST + 1)).hasSize(FIRST);

      // a RST would fail a later write, or the reading of the end
      for (int i = 0; i < 100; i++) {
        client.getOutputStream().write(new byte[10_000]);
      }
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      node.await("e", info -> info.bytesReceived() == FIRST + 1 + 1_000_000);
    }
  }

  @Test
  void shouldSendRstWhenItResets() throws IOException {
    try (LocalNode node = start("resetAfter: 1000");
        Socket client = connect(node)) {
      client.getOutputStream().write(new byte[FIRST + 1]);

      assertThat(readToTheEnd(client.getInputStream())).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void shouldEchoAnIncompleteFrameAtTheEnd() throws IOException {
    try (LocalNode node = start("swap: 1/1");
        Socket client = connect(node)) {
      client.getOutputStream().write("A".repeat(64).getBytes(US_ASCII));
      client.getOutputStream().write("B".repeat(64).getBytes(US_ASCII));
      client.getOutputStream().write("C".repeat(64).getBytes(US_ASCII));
      client.getOutputStream().write("rest".getBytes(US_ASCII));
      client.shutdownOutput();

      assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
          .isEqualTo("B".repeat(64) + "A".repeat(64) + "rest" + "C".repeat(64));
    }
  }

  /** The client's FIN comes while the endpoint does not read, and much is owed by then. */
  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio", "io_uring"})
  void shouldEchoLateWhatIsOwedAtTheClientsEnd(String transport) throws IOException {
    byte[] sent = new byte[300_000];
    new Random(1).nextBytes(sent);
    try (LocalNode node =
            LocalNode.start(
                "{node: {transport: %s}, echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0, faults: {delay: 50ms}}]}}"
                    .formatted(transport));
        Socket client = connect(node)) {
      client.getOutputStream().write(sent);
      client.shutdownOutput();

      assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
    }
  }

  @Test
  void shouldStopReadingWhenWhatIsLateIsTooMuch() throws IOException {
    try (LocalNode node = start("delay: 1h");
        Socket client = connect(node)) {
      client.setSendBufferSize(1 << 16);
      Thread writer =
          new Thread(
              () -> {
                try {
                  while (true) {
                    client.getOutputStream().write(new byte[1 << 16]);
                  }
                } catch (IOException closed) {
                  // the test is over
                }
              });
      writer.start();
      Patience.until(
          "the endpoint holds as much as it may", () -> node.info("e").bytesReceived() >= 1 << 16);
      long held = node.info("e").bytesReceived();
      // another connection's echo shows that the event loop has gone round meanwhile
      try (Socket other = connect(node)) {
        other.getOutputStream().write(1);
        node.await("e", info -> info.bytesReceived() > held);
      }

      assertThat(node.info("e").bytesReceived()).isLessThan(256 * 1024);
      client.shutdownInput();
    }
  }

  @Test
  void shouldNoticeThatAClientHasResetThatItDoesNotReadFrom() throws IOException {
    try (LocalNode node = start("onAccept: stop-reading");
        Socket client = connect(node)) {
      client.getOutputStream().write(1);
      node.await("e", info -> info.connections() == 1);

      reset(client);
      node.await("e", info -> info.connections() == 0);
    }
  }

  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  @Test
  void shouldDrainByTheDeadlineWithAnswersStillDue() throws IOException {
    Socket client;
    try (LocalNode node =
        LocalNode.start(
            "echo: {drainTimeout: 200ms, endpoints: [{name: e, host: 127.0.0.1, port: 0,"
                + " faults: {delay: 1h}}]}")) {
      client = connect(node);
      client.getOutputStream().write(new byte[10]);
      node.await("e", info -> info.bytesReceived() == 10);
    } // closing it returns
    try (client) {
      assertThat(readToTheEnd(client.getInputStream())).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void shouldEndIdleConnectionsThatItDoesNotAnswer() throws IOException {
    try (LocalNode node =
            LocalNode.start(
                "echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0, idleTimeout: 100ms,"
                    + " faults: {onAccept: silent}}]}");
        Socket client = connect(node)) {
      client.getOutputStream().write(1);

      assertThat(readToTheEnd(client.getInputStream()))
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void shouldMisbehaveOverTlsToo() {
    TestCertificates certificates = TestCertificates.shared();
    try (LocalNode node =
        LocalNode.start(
            """
            echo:
              endpoints:
                - name: e
                  host: 127.0.0.1
                  port: 0
                  tls: {certFile: %s, keyFile: %s}
                  faults: {corrupt: 1/4}
            """
                .formatted(certificates.serverCertificate(), certificates.serverKey()))) {
      CommandRun run =
          CommandRun.of(
              "test",
              "127.0.0.1:" + node.port("e"),
              "--tls-ca",
              certificates.ca().toString(),
              "--count",
              "10",
              "--output",
              "json");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.json().getJsonObject("outcomes").getMap())
          .containsEntry("mismatch", 2)
          .containsEntry("ok", 8);
    }
  }

  @Test
  void shouldFollowTheConfigurationForNewConnectionsOnly() throws IOException {
    String yaml = "echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0, faults: {%s}}]}";
    try (LocalNode node = LocalNode.start(yaml.formatted(""))) {
      try (Socket healthy = connect(node)) {
        assertEchoes(healthy);
        node.follow(yaml.formatted("onAccept: half-close"));

        assertThat(node.info("e").faults()).isEqualTo(Faults.of(Map.of("onAccept", "half-close")));
        assertEchoes(healthy);
        try (Socket other = connect(node)) {
          assertThat(other.getInputStream().read()).isEqualTo(-1);
        }
      }
      node.follow(yaml.formatted(""));
      try (Socket healthy = connect(node)) {
        assertEchoes(healthy);
      }
    }
  }

  @Test
  void shouldPassTheChecksThatAFaultDoesNotTouch() {
    try (LocalNode node = start("segment: 7, delay: 1ms")) {
      assertThat(
              Checks.all(
                      "127.0.0.1:" + node.port("e"),
                      java.util.List.of("stream", "half-close", "concurrency"),
                      new io.vertx.core.json.JsonObject().put("gentle", true).put("timeout", "20s"))
                  .results())
          .allSatisfy(result -> assertThat(result.verdict()).isEqualTo(CheckVerdict.PASS));
    }
  }

  private static LocalNode start(String faults) {
    return LocalNode.start(
        "echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0, faults: {" + faults + "}}]}");
  }

  private static Socket connect(LocalNode node) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port("e"));
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void assertEchoes(Socket client) throws IOException {
    client.getOutputStream().write(42);
    assertThat(client.getInputStream().read()).isEqualTo(42);
  }

  /** What ended the reading. */
  private static Exception readToTheEnd(InputStream in) {
    try {
      int read = in.read();
      while (read >= 0) {
        read = in.read();
      }
      return new java.io.EOFException("orderly end");
    } catch (IOException e) {
      return e;
    }
  }
}
