package dev.echomesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pause is a pause, also when the peer's FIN is seen in it; afterwards everything is there. */
class ReadingIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

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
    Transport found =
        Objects.requireNonNull("EPOLL".equals(transport) ? Transport.EPOLL : Transport.NIO);
    Assumptions.assumeTrue(found.available(), () -> String.valueOf(found.unavailabilityCause()));
    Vertx vertx = Vertx.builder().withTransport(found).build();
    try (ServerSocket server = new ServerSocket()) {
      server.setReceiveBufferSize(1 << 16);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Listener listener = new Listener();
      TcpClient client =
          new TcpClient(vertx, new TcpClient.Options(null, 0, 0, 4 << 20)); // holds all of it
      CompletableFuture<TcpSocket> connected = new CompletableFuture<>();
      Context context = vertx.getOrCreateContext();
      context.runOnContext(
          v ->
              client
                  .connect((InetSocketAddress) server.getLocalSocketAddress(), TIMEOUT)
                  .onSuccess(
                      socket -> {
                        TcpSocket paused = TcpSocket.attach(socket, listener);
                        paused.pauseReading();
                        if (endFirst) {
                          paused.endOutput();
                        }
                        connected.complete(paused);
                      })
                  .onFailure(connected::completeExceptionally));
      try (Socket peer = server.accept()) {
        TcpSocket socket = get(connected);
        peer.getOutputStream().write(new byte[length]);
        peer.shutdownOutput();

        // loopback has delivered all of it by now; each turn asks the kernel what there is
        CompletableFuture<Void> turned = new CompletableFuture<>();
        turn(context, TURNS, turned);
        get(turned);
        assertThat(listener.received).as("bytes read while paused").hasValue(0);
        assertThat(listener.end).isNotDone();

        context.runOnContext(v -> socket.resumeReading());
        assertThat(get(listener.end)).isEqualTo(PeerEnd.ORDERLY);
        assertThat(listener.received).hasValue(length);
        context.runOnContext(v -> socket.close());
        assertThat(get(listener.cause)).isEmpty();
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static void turn(Context context, int left, CompletableFuture<Void> done) {
    context.runOnContext(
        v -> {
          if (left == 0) {
            done.complete(null);
          } else {
            turn(context, left - 1, done);
          }
        });
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
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
