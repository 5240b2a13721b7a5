package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written goes out in order, wherever the kernel stops taking it, and is then free. */
class OutputIT {
  private final Watch watch = new Watch();

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldSendInOrderWhateverTheKernelTakes(String transport) throws Exception {
    try (SocketPair pair = pair(transport, watch)) {
      // more than both kernels hold: the third is sent in part, the rest has to wait
      List<ByteBuf> written = pieces(1, 2, 24 << 20, 3, 1 << 20, 4);
      List<byte[]> expected = written.stream().map(OutputIT::copy).toList();
      pair.onLoop(
          () -> {
            TcpSocket socket = pair.socket();
            socket.write(written.get(0));
            assertThat(socket.flush()).isTrue();
            assertThat(socket.bytesSent()).isEqualTo(1);
            socket.write(written.get(1));
            socket.write(written.get(2));
            assertThat(socket.flush()).as("all is taken").isFalse();
            assertThat(socket.isDrained()).isFalse();
            socket.write(written.get(3));
            assertThat(socket.flush()).isFalse();
            socket.write(written.get(4));
            socket.write(written.get(5));
            socket.endOutput();
            return true;
          });

      for (byte[] each : expected) {
        assertThat(pair.in().readNBytes(each.length)).isEqualTo(each);
      }
      assertThat(pair.in().read()).isEqualTo(-1);
      pair.onLoop(() -> pair.socket().isDrained() && pair.socket().unsentMemory() == 0);
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldSendTheRestOfWhatTheKernelTookInPart(String transport) throws Exception {
    try (SocketPair pair = pair(transport, watch)) {
      List<ByteBuf> written = new ArrayList<>();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      pair.onLoop(
          () -> {
            boolean taken = true;
            while (taken) {
              // of a length that does not divide what a kernel holds
              ByteBuf next = pieces(9973).get(0).setInt(0, written.size());
              written.add(next);
              expected.writeBytes(copy(next));
              pair.socket().write(next);
              taken = pair.socket().flush();
            }
            return pair.socket().bytesSent() < expected.size();
          });

      byte[] all = expected.toByteArray();
      assertThat(pair.in().readNBytes(all.length)).isEqualTo(all);
      SocketPair.get(watch.drained);
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldSendWhatWasNotFlushedBeforeTheEnd(String transport) throws Exception {
    for (Consumer<TcpSocket> end :
        List.<Consumer<TcpSocket>>of(TcpSocket::endOutput, TcpSocket::close)) {
      try (SocketPair pair = pair(transport, new Watch())) {
        List<ByteBuf> written = pieces(1000);
        byte[] expected = copy(written.get(0));
        pair.onLoop(
            () -> {
              pair.socket().write(written.get(0));
              end.accept(pair.socket());
              return true;
            });

        assertThat(pair.in().readAllBytes()).isEqualTo(expected);
        assertFree(written);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldFreeWhatIsNotSentAnyMore(String transport) throws Exception {
    try (SocketPair pair = pair(transport, watch)) {
      List<ByteBuf> written = pieces(1000, 1000);
      pair.onLoop(
          () -> {
            pair.socket().write(written.get(0));
            pair.socket().reset();
            pair.socket().write(written.get(1));
            return !pair.socket().flush();
          });

      assertThat(SocketPair.get(watch.closed)).isEmpty();
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldNotCallSentWhatWasOnlyWritten(String transport) throws Exception {
    try (SocketPair pair = pair(transport, watch)) {
      // one before anything, and several behind what the kernel does not take
      List<ByteBuf> written = pieces(1000, 24 << 20, 500, 70_000);
      pair.onLoop(
          () -> {
            TcpSocket socket = pair.socket();
            socket.write(written.get(0));
            assertThat(socket.bytesSent()).isZero();
            assertThat(socket.flush()).isTrue();
            socket.write(written.get(1));
            assertThat(socket.bytesSent()).isEqualTo(1000);
            assertThat(socket.flush()).isFalse();
            long taken = socket.bytesSent();
            assertThat(taken).isBetween(1000L, 1000L + (24 << 20) - 1);
            socket.write(written.get(2));
            socket.write(written.get(3));
            assertThat(socket.bytesSent()).isEqualTo(taken);
            socket.reset();
            return socket.bytesSent() == taken;
          });

      assertThat(SocketPair.get(watch.closed)).isEmpty();
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldFreeWhatWasNotFlushedWhenThePeerResets(String transport) throws Exception {
    try (SocketPair pair = pair(transport, watch)) {
      List<ByteBuf> written = pieces(1000);
      pair.onLoop(
          () -> {
            pair.socket().write(written.get(0));
            return true;
          });
      pair.resetByPeer();

      assertThat(SocketPair.get(watch.closed)).contains("Connection reset");
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldTellThatTheKernelRefuses(String transport) throws Exception {
    try (SocketPair pair = pair(transport, watch)) {
      List<ByteBuf> written = pieces(1000, 1000);
      pair.onLoop(
          () -> {
            pair.resetByPeer(); // which the event loop cannot have seen yet
            pair.socket().write(written.get(0));
            boolean refused = !pair.socket().flush();
            pair.socket().write(written.get(1));
            return refused && !pair.socket().flush();
          });

      assertThat(SocketPair.get(watch.closed)).containsAnyOf("Connection reset", "Broken pipe");
      assertFree(written);
    }
  }

  private static List<ByteBuf> pieces(int... lengths) {
    Random random = new Random(7);
    List<ByteBuf> pieces = new ArrayList<>();
    for (int length : lengths) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      pieces.add(PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes));
    }
    return pieces;
  }

  private static byte[] copy(ByteBuf bytes) {
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.getBytes(bytes.readerIndex(), copy);
    return copy;
  }

  private static void assertFree(List<ByteBuf> written) {
    assertThat(written).extracting(ByteBuf::refCnt).containsOnly(0);
  }

  private static SocketPair pair(String transport, Watch watch) throws IOException {
    return SocketPair.connect(transport, 0, watch, watch::attached);
  }

  /** What happens on our socket. */
  private static final class Watch implements SocketListener {
    final CompletableFuture<String> closed = new CompletableFuture<>();
    final CompletableFuture<Boolean> drained = new CompletableFuture<>();
    private @Nullable TcpSocket socket;

    void attached(TcpSocket ours) {
      socket = ours;
    }

    private TcpSocket socket() {
      return Objects.requireNonNull(socket);
    }

    @Override
    public void received(Chunk chunk) {
      chunk.release();
    }

    @Override
    public void drained() {
      if (socket().isDrained()) {
        drained.complete(true);
      }
    }

    @Override
    public void peerEnded(PeerEnd end) {
      socket().close();
    }

    @Override
    public void closed(@Nullable Throwable cause) {
      closed.complete(cause == null ? "" : cause.toString());
    }
  }
}
