package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written goes out in order, wherever the kernel stops taking it, and is then free. */
class OutputIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldSendInOrderWhateverTheKernelTakes(String transport) throws Exception {
    try (Pair pair = new Pair(transport)) {
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
    try (Pair pair = new Pair(transport)) {
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
      get(pair.drained);
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldSendWhatWasNotFlushedBeforeTheEnd(String transport) throws Exception {
    for (Consumer<TcpSocket> end :
        List.<Consumer<TcpSocket>>of(TcpSocket::endOutput, TcpSocket::close)) {
      try (Pair pair = new Pair(transport)) {
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
    try (Pair pair = new Pair(transport)) {
      List<ByteBuf> written = pieces(1000, 1000);
      pair.onLoop(
          () -> {
            pair.socket().write(written.get(0));
            pair.socket().reset();
            pair.socket().write(written.get(1));
            return !pair.socket().flush();
          });

      assertThat(get(pair.closed)).isEmpty();
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldNotCallSentWhatWasOnlyWritten(String transport) throws Exception {
    try (Pair pair = new Pair(transport)) {
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

      assertThat(get(pair.closed)).isEmpty();
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldFreeWhatWasNotFlushedWhenThePeerResets(String transport) throws Exception {
    try (Pair pair = new Pair(transport)) {
      List<ByteBuf> written = pieces(1000);
      pair.onLoop(
          () -> {
            pair.socket().write(written.get(0));
            return true;
          });
      pair.resetByPeer();

      assertThat(get(pair.closed)).contains("Connection reset");
      assertFree(written);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPOLL", "NIO"})
  void shouldTellThatTheKernelRefuses(String transport) throws Exception {
    try (Pair pair = new Pair(transport)) {
      List<ByteBuf> written = pieces(1000, 1000);
      pair.onLoop(
          () -> {
            pair.resetByPeer(); // which the event loop cannot have seen yet
            pair.socket().write(written.get(0));
            boolean refused = !pair.socket().flush();
            pair.socket().write(written.get(1));
            return refused && !pair.socket().flush();
          });

      assertThat(get(pair.closed)).containsAnyOf("Connection reset", "Broken pipe");
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

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** A socket of ours and the plain one that it is connected to. */
  private static final class Pair implements SocketListener, AutoCloseable {
    final CompletableFuture<String> closed = new CompletableFuture<>();
    final CompletableFuture<Boolean> drained = new CompletableFuture<>();
    private final Vertx vertx;
    private final Context context;
    private final Socket peer;
    private final CompletableFuture<TcpSocket> connected = new CompletableFuture<>();

    Pair(String transport) throws IOException {
      Transport found =
          Objects.requireNonNull("EPOLL".equals(transport) ? Transport.EPOLL : Transport.NIO);
      Assumptions.assumeTrue(found.available(), () -> String.valueOf(found.unavailabilityCause()));
      vertx = Vertx.builder().withTransport(found).build();
      context = vertx.getOrCreateContext();
      TcpClient client = new TcpClient(vertx, new TcpClient.Options(null, 0, 0, 0));
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        context.runOnContext(
            v ->
                client
                    .connect((InetSocketAddress) server.getLocalSocketAddress(), TIMEOUT)
                    .map(socket -> TcpSocket.attach(socket, this))
                    .onSuccess(connected::complete)
                    .onFailure(connected::completeExceptionally));
        peer = server.accept();
      }
      peer.setSoTimeout((int) TIMEOUT.toMillis());
    }

    TcpSocket socket() {
      return get(connected);
    }

    InputStream in() throws IOException {
      return peer.getInputStream();
    }

    void resetByPeer() throws IOException {
      peer.setSoLinger(true, 0);
      peer.close();
    }

    void onLoop(Callable<Boolean> holds) {
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      var unused = socket();
      context.runOnContext(
          v -> {
            try {
              done.complete(holds.call());
            } catch (Exception | AssertionError e) {
              done.completeExceptionally(e);
            }
          });
      assertThat(get(done)).isTrue();
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

    @Override
    public void close() throws IOException {
      peer.close();
      var unused = LocalNode.await(vertx.close());
    }
  }
}
