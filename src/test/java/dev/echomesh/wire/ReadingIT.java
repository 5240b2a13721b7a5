package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pause is a pause, also when the peer's FIN is seen in it; afterwards everything is there. */
class ReadingIT {
  /** Bytes of a receive buffer in which all that is sent has room. */
  private static final int HOLDS_ALL = 4 << 20;

  /** Turns of the event loop in which Netty would have handled what the kernel told it. */
  private static final int TURNS = 200;

  @ParameterizedTest
  @CsvSource({
    "EPOLL, 1, false",
    "EPOLL, 1, true",
    "EPOLL, 1000000, false",
    "EPOLL, 1000000, true",
    "NIO, 1, true",
    "NIO, 1000000, true"
  })
  void shouldReadNothingWhilePausedAndEverythingAfter(
      String transport, int length, boolean endFirst) throws Exception {
    Listener listener = new Listener();
    Consumer<TcpSocket> attached =
        socket -> {
          socket.pauseReading();
          if (endFirst) {
            socket.endOutput();
          }
        };
    try (SocketPair pair = SocketPair.connect(transport, HOLDS_ALL, listener, attached)) {
      pair.peer().getOutputStream().write(new byte[length]);
      pair.peer().shutdownOutput();

      // loopback has delivered all of it by now; each turn asks the kernel what there is
      for (int turn = 0; turn < TURNS; turn++) {
        pair.onLoop(() -> true);
      }
      assertThat(listener.received).as("bytes read while paused").hasValue(0);
      assertThat(listener.end).isNotDone();

      pair.onLoop(
          () -> {
            pair.socket().resumeReading();
            return true;
          });
      assertThat(SocketPair.get(listener.end)).isEqualTo(PeerEnd.ORDERLY);
      assertThat(listener.received).hasValue(length);
      pair.onLoop(
          () -> {
            pair.socket().close();
            return true;
          });
      assertThat(SocketPair.get(listener.cause)).isEmpty();
    }
  }

  private static final class Listener implements SocketListener {
    final AtomicLong received = new AtomicLong();
    final CompletableFuture<PeerEnd> end = new CompletableFuture<>();
    final CompletableFuture<String> cause = new CompletableFuture<>();

    @Override
    public void received(Chunk chunk) {
      received.addAndGet(chunk.length());
      chunk.release();
    }

    @Override
    public void peerEnded(PeerEnd how) {
      end.complete(how);
    }

    @Override
    public void closed(@Nullable Throwable why) {
      end.completeExceptionally(new AssertionError("closed before the end", why));
      cause.complete(why == null ? "" : why.toString());
    }
  }
}
