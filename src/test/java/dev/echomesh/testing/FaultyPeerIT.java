package dev.echomesh.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class FaultyPeerIT {
  private static final int LENGTH = 64;
  private static final int HEADER = 24;
  private static final int MORE_THAN_BUFFERS_HOLD = 64 << 20;

  @Test
  void shouldEchoExactly() throws IOException {
    assertThat(answersTo(Fault.exactEcho())).containsExactly(frame(0), frame(1), frame(2));
  }

  @Test
  void shouldEchoAnIncompleteLastFrame() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho());
        Client client = new Client(peer)) {
      client.send(Arrays.copyOf(frame(0), 5));
      client.finish();
      assertThat(client.rest()).isEqualTo(Arrays.copyOf(frame(0), 5));
    }
  }

  @Test
  void shouldFlipOneBit() throws IOException {
    byte[] flipped = frame(1);
    flipped[40] ^= 1;
    assertThat(answersTo(Fault.flipBit(1, 40))).containsExactly(frame(0), flipped, frame(2));
  }

  @Test
  void shouldDropOneFrame() throws IOException {
    assertThat(answersTo(Fault.drop(1))).containsExactly(frame(0), frame(2));
  }

  @Test
  void shouldDuplicateOneFrame() throws IOException {
    assertThat(answersTo(Fault.duplicate(1)))
        .containsExactly(frame(0), frame(1), frame(1), frame(2));
  }

  @Test
  void shouldSwapTwoFrames() throws IOException {
    assertThat(answersTo(Fault.swap(0))).containsExactly(frame(1), frame(0), frame(2));
  }

  @Test
  void shouldAnswerASwappedLastFrameAtTheEnd() throws IOException {
    assertThat(answersTo(Fault.swap(2))).containsExactly(frame(0), frame(1), frame(2));
  }

  @Test
  void shouldTruncateOneFrameAndDrainTheRest() throws IOException {
    assertThat(answersTo(Fault.truncate(1)))
        .containsExactly(frame(0), Arrays.copyOf(frame(1), LENGTH / 2));
  }

  @Test
  void shouldCloseCleanlyAfterSoManyFrames() throws IOException {
    assertThat(answersTo(Fault.closeAfter(2))).containsExactly(frame(0), frame(1));
  }

  @Test
  void shouldKeepReadingAfterItClosed() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.closeAfter(0));
        Client client = new Client(peer)) {
      client.send(frame(0));
      assertThat(client.rest()).isEmpty();
      client.send(new byte[MORE_THAN_BUFFERS_HOLD]);
    }
  }

  @Test
  void shouldResetAfterSoManyFrames() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.resetAfter(1));
        Client client = new Client(peer)) {
      client.send(frame(0));
      assertThat(client.receive()).isEqualTo(frame(0));
      client.send(frame(1));
      assertThatThrownBy(client::receive)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void shouldResetAtOnce() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.acceptAndResetAtOnce());
        Client client = new Client(peer)) {
      assertThatThrownBy(client::receive)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void shouldReadAndNeverAnswer() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.neverAnswer());
        Client client = new Client(peer)) {
      client.send(new byte[MORE_THAN_BUFFERS_HOLD]);
      client.socket.setSoTimeout(200);
      assertThatThrownBy(client::receive).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void shouldStopReading() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.stopReading())) {
      PlainClient client =
          PlainClient.to(peer.port()).bytes(MORE_THAN_BUFFERS_HOLD).deadline(Duration.ofSeconds(1));
      assertThatThrownBy(client::run)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("received 0");
      assertThat(peer.accepted()).isEqualTo(1);
    }
  }

  @Test
  void shouldInsertOneByte() throws IOException {
    assertThat(answersTo(Fault.insertByte(1)))
        .containsExactly(
            frame(0),
            frame(1),
            shifted(new byte[1], frame(2)),
            Arrays.copyOfRange(frame(2), 63, 64));
  }

  @Test
  void shouldLeaveOneByteOut() throws IOException {
    byte[] cut = Arrays.copyOf(frame(1), LENGTH - 1);
    assertThat(answersTo(Fault.dropByte(1)))
        .containsExactly(frame(0), shifted(cut, frame(2)), Arrays.copyOfRange(frame(2), 1, LENGTH));
  }

  @Test
  void shouldAnswerWithTheSameGarbageForTheSameSeed() throws IOException {
    List<byte[]> answers = answersTo(Fault.garbage(1, 7));
    assertThat(answers).hasSize(3);
    assertThat(answers.get(1)).isNotEqualTo(frame(1));
    assertThat(answersTo(Fault.garbage(1, 7)).get(1)).isEqualTo(answers.get(1));
  }

  @Test
  void shouldRepeatTheLastFrameAfterTheEnd() throws IOException {
    assertThat(answersTo(Fault.echoLastTwice()))
        .containsExactly(frame(0), frame(1), frame(2), frame(2));
  }

  @Test
  void shouldAnswerWithTheFrameOfAnotherConnection() throws IOException {
    byte[] other = frame(77);
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.answerWithFrameOfOtherConnection(1));
        Client first = new Client(peer);
        Client second = new Client(peer)) {
      second.send(other);
      assertThat(second.receive()).isEqualTo(other);
      first.send(frame(0));
      assertThat(first.receive()).isEqualTo(frame(0));
      first.send(frame(1));
      assertThat(first.receive()).isEqualTo(other);
    }
  }

  @Test
  void shouldAnswerATlsHelloWithPlainText() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.tlsGarbage())) {
      PlainClient client =
          PlainClient.to(peer.port()).tls(TestCertificates.shared().clientContext());
      assertThatThrownBy(client::run).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void shouldEndEvenIfTheClientNeverReads() throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, Fault.exactEcho());
        Socket client = new Socket(peer.host(), peer.port())) {
      client.setSoTimeout(5_000);
      client.getOutputStream().write(frame(0));
    }
  }

  @Test
  void shouldRefuseConnections() throws IOException {
    try (RefusingPort refusing = RefusingPort.reserve()) {
      assertThatThrownBy(() -> PlainClient.to(refusing.port()).run())
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void shouldLetConnectsTimeOut() throws IOException {
    try (Blackhole blackhole = Blackhole.open();
        Socket client = new Socket()) {
      assertThatThrownBy(
              () ->
                  client.connect(
                      new InetSocketAddress(InetAddress.getLoopbackAddress(), blackhole.port()),
                      500))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  private static List<byte[]> answersTo(Fault fault) throws IOException {
    try (FaultyPeer peer = FaultyPeer.start(LENGTH, fault);
        Client client = new Client(peer)) {
      for (int i = 0; i < 3; i++) {
        client.send(frame(i));
      }
      client.finish();
      return cut(client.rest());
    }
  }

  private static List<byte[]> cut(byte[] bytes) {
    List<byte[]> frames = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += LENGTH) {
      frames.add(Arrays.copyOfRange(bytes, at, Math.min(at + LENGTH, bytes.length)));
    }
    return frames;
  }

  private static byte[] shifted(byte[] head, byte[] tail) {
    byte[] frame = Arrays.copyOf(head, LENGTH);
    System.arraycopy(tail, 0, frame, head.length, LENGTH - head.length);
    return frame;
  }

  private static byte[] frame(long sequence) {
    ByteBuffer frame = ByteBuffer.allocate(LENGTH);
    frame.putInt(0x4543484f).putInt(1).putInt(1).putInt(LENGTH).putLong(sequence);
    byte[] payload = new byte[LENGTH - HEADER];
    new SeededBytes(sequence).fill(payload, payload.length);
    return frame.put(payload).array();
  }

  private static final class Client implements AutoCloseable {
    private final Socket socket;

    private Client(FaultyPeer peer) throws IOException {
      socket = new Socket(peer.host(), peer.port());
      socket.setSoTimeout(10_000);
    }

    private void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    private byte[] receive() throws IOException {
      return socket.getInputStream().readNBytes(LENGTH);
    }

    private void finish() throws IOException {
      socket.shutdownOutput();
    }

    private byte[] rest() throws IOException {
      return socket.getInputStream().readAllBytes();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
