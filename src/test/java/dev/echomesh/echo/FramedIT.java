package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.config.Transport;
import dev.echomesh.testing.CapturedLog;
import dev.echomesh.testing.PlainClient;
import dev.echomesh.testing.RunningNode;
import dev.echomesh.testing.TestCertificates;
import dev.echomesh.testing.Transfer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FramedIT {
  private static final int SHORTEST = 32;
  private static final int LONGEST = 1 << 20;
  private static final int TIMEOUT_MILLIS = 20_000;

  private static RunningNode node;

  @BeforeAll
  static void start() {
    node = RunningNode.start(yaml());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldAnswerARecordOnlyWhenItIsWhole() throws IOException {
    byte[] records = bytes(3 * SHORTEST);
    for (int cut = 1; cut < records.length; cut++) {
      try (Socket client = connect("shortest")) {
        long before = node.endpoint("shortest").bytesReceived();
        client.getOutputStream().write(records, 0, cut);
        awaitReceived("shortest", before + cut);
        int whole = cut / SHORTEST * SHORTEST;
        assertThat(client.getInputStream().readNBytes(whole))
            .isEqualTo(Arrays.copyOf(records, whole));
        assertThat(client.getInputStream().available()).as("cut at %s", cut).isZero();

        client.getOutputStream().write(records, cut, records.length - cut);
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes())
            .isEqualTo(Arrays.copyOfRange(records, whole, records.length));
      }
    }
  }

  @Test
  void shouldPutRecordsTogetherByteByByte() throws IOException {
    byte[] records = bytes(20 * SHORTEST);
    try (Socket client = connect("shortest")) {
      for (byte one : records) {
        client.getOutputStream().write(one);
      }
      assertThat(client.getInputStream().readNBytes(records.length)).isEqualTo(records);
    }
  }

  @Test
  void shouldTakeRecordsCutAndGluedAtRandom() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] records = bytes(2_000 * SHORTEST);
    try (Socket client = connect("shortest")) {
      OutputStream out = client.getOutputStream();
      for (int at = 0; at < records.length; ) {
        int count = Math.min(records.length - at, 1 + random.nextInt(5 * SHORTEST));
        out.write(records, at, count);
        at += count;
      }
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).as("seed %s", seed).isEqualTo(records);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shortest, 32, 1",
    "shortest, 32, 100000",
    "odd, 1009, 5000",
    "longest, 1048576, 1",
    "longest, 1048576, 32",
    "tls, 1009, 5000"
  })
  void shouldAnswerEveryRecordAfterAHalfClose(String endpoint, int length, int records)
      throws IOException {
    EndpointInfo before = node.endpoint(endpoint);
    Transfer transfer =
        client(endpoint).bytes((long) length * records).halfClose().lateReader().run();

    assertThat(transfer.exact()).as("%s", transfer).isTrue();
    assertThat(transfer.sawEnd()).isTrue();
    EndpointInfo after = node.idleEndpoint(endpoint);
    assertThat(after.truncated()).isEqualTo(before.truncated());
    assertThat(after.cut()).isEqualTo(before.cut());
  }

  @ParameterizedTest
  @CsvSource({
    "shortest, 32, 0, 1",
    "shortest, 32, 1, 31",
    "shortest, 32, 5000, 17",
    "odd, 1009, 100, 1008",
    "longest, 1048576, 0, 1",
    "longest, 1048576, 8, 1048575",
    "tls, 1009, 100, 1008"
  })
  void shouldCountAndLogAClientThatEndsInsideARecord(
      String endpoint, int length, int records, int partial) throws IOException {
    EndpointInfo before = node.idleEndpoint(endpoint);
    try (CapturedLog log = CapturedLog.start()) {
      long whole = (long) length * records;
      Transfer transfer = client(endpoint).bytes(whole + partial).halfClose().run();

      assertThat(transfer.received()).isEqualTo(whole);
      assertThat(transfer.firstDifference()).isEqualTo(-1);
      assertThat(transfer.sawEnd()).isTrue();
      EndpointInfo after = node.idleEndpoint(endpoint);
      assertThat(after.truncated() - before.truncated()).isEqualTo(1);
      assertThat(after.cut()).isEqualTo(before.cut());
      assertThat(after.bytesReceived() - before.bytesReceived()).isEqualTo(whole + partial);
      assertThat(after.bytesSent() - before.bytesSent()).isEqualTo(whole);
      log.awaitLine(
          "endpoint %s: client \\S+ ended inside a record, %d of %d bytes of it came"
              .formatted(endpoint, partial, length));
    }
  }

  @Test
  void shouldCountAConnectionOnceThatIsTruncatedInTwoWays() throws IOException {
    EndpointInfo before = node.idleEndpoint("tls");
    try (Socket raw = connect("tls")) {
      SSLSocket tls =
          (SSLSocket)
              TestCertificates.shared()
                  .clientContext()
                  .getSocketFactory()
                  .createSocket(raw, "127.0.0.1", raw.getPort(), false);
      tls.getOutputStream().write(bytes(1008));
      raw.shutdownOutput();

      assertThat(tls.getInputStream().read()).isEqualTo(-1);
    }
    EndpointInfo after = node.idleEndpoint("tls");
    assertThat(after.truncated() - before.truncated()).isEqualTo(1);
  }

  @Test
  void shouldCountAndLogAClientThatResetsInsideARecord() throws IOException {
    EndpointInfo before = node.idleEndpoint("odd");
    try (CapturedLog log = CapturedLog.start();
        Socket client = connect("odd")) {
      client.getOutputStream().write(bytes(500));
      awaitReceived("odd", before.bytesReceived() + 500);
      reset(client);

      EndpointInfo after = node.idleEndpoint("odd");
      assertThat(after.truncated() - before.truncated()).isEqualTo(1);
      log.awaitLine("endpoint odd: client \\S+ ended inside a record, 500 of 1009 bytes");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "IO_URING", "NIO"})
  void shouldAnswerTheLongestRecordsOnEveryTransport(Transport transport) throws IOException {
    try (RunningNode other = RunningNode.startOn(transport, yaml())) {
      Transfer transfer =
          PlainClient.to(other.port("longest"))
              .bytes(16L * LONGEST + 5)
              .buffers(16 * 1024, 16 * 1024)
              .halfClose()
              .lateReader()
              .run();

      assertThat(transfer.received()).isEqualTo(16L * LONGEST);
      assertThat(transfer.firstDifference()).isEqualTo(-1);
      assertThat(transfer.sawEnd()).isTrue();
    }
  }

  private static String yaml() {
    return """
        echo:
          endpoints:
            - {name: shortest, port: 0, mode: framed, frameLength: 32}
            - {name: odd, port: 0, mode: framed, frameLength: 1009}
            - {name: longest, port: 0, mode: framed, frameLength: 1MiB}
            - name: tls
              port: 0
              mode: framed
              frameLength: 1009
              tls: {certFile: '%s', keyFile: '%s'}
        """
        .formatted(
            TestCertificates.shared().serverCertificate(), TestCertificates.shared().serverKey());
  }

  private static PlainClient client(String endpoint) {
    PlainClient client = PlainClient.to(node.port(endpoint));
    return endpoint.equals("tls") ? client.tls(TestCertificates.shared().clientContext()) : client;
  }

  private static Socket connect(String endpoint) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port(endpoint));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private static void awaitReceived(String endpoint, long bytes) {
    assertThat(node.endpointWhen(endpoint, now -> now.bytesReceived() == bytes).bytesReceived())
        .isEqualTo(bytes);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }
}
