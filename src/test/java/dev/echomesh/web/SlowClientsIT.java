package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PlainWebSocket;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that take their time with a request, however they do it. */
@SuppressWarnings("NullAway.Init") // the server is set when it listens
class SlowClientsIT {
  private static final int MAX_CONNECTIONS = 2;
  private static final Duration LITTLE = Duration.ofMillis(300);
  private static final Duration MUCH = Duration.ofSeconds(30);
  private static final int PATIENCE_MILLIS = 30_000;
  private static final long DRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;

  private void listen(Duration patience) {
    SlowClients slowClients = new SlowClients(vertx, MAX_CONNECTIONS, patience);
    server =
        LocalNode.await(
            vertx
                .createHttpServer(WebVerticle.usual())
                .connectionHandler(slowClients::opened)
                .requestHandler(
                    request -> {
                      slowClients.requested(request);
                      if (request.headers().contains("Upgrade")) {
                        slowClients.complete(request);
                        var unused = request.toWebSocket();
                        return;
                      }
                      request.body().onSuccess(body -> request.response().end("well"));
                    })
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void close() {
    var unused = LocalNode.await(vertx.close());
  }

  @Test
  void shouldCloseAConnectionOnWhichNothingIsAsked() throws IOException {
    listen(LITTLE);
    try (Socket silent = connect()) {
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void shouldCloseAConnectionWhoseHeadDrips() throws IOException {
    listen(LITTLE);
    try (Socket socket = connect()) {
      assertThat(isClosedWhileDripping(socket, "GET / HTTP/1.1\r\nX-Long: ")).isTrue();
    }
  }

  @Test
  void shouldCloseAConnectionWhoseBodyDrips() throws IOException {
    listen(LITTLE);
    try (Socket socket = connect()) {
      assertThat(
              isClosedWhileDripping(
                  socket, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"))
          .isTrue();
    }
  }

  @Test
  void shouldAnswerWhoAsksInTimeAgainAndAgain() throws IOException {
    listen(MUCH);
    try (Socket socket = connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(answer(socket)).endsWith("well");
      }
    }
  }

  @Test
  void shouldTurnAwayConnectionsBeyondTheLimit() throws IOException {
    listen(MUCH);
    try (Socket one = connect();
        Socket two = connect();
        Socket third = connect()) {
      assertThat(third.getInputStream().read()).isEqualTo(-1);
      assertThat(answer(one)).endsWith("well");
      assertThat(answer(two)).endsWith("well");
    }
  }

  @Test
  void shouldCountAWebSocketOnlyWhileItIsOpen() throws IOException {
    listen(MUCH);
    for (int i = 0; i < 3 * MAX_CONNECTIONS; i++) {
      Patience.until("a WebSocket is opened", this::opensAWebSocket);
    }
  }

  /** And leaves it without a word. */
  private boolean opensAWebSocket() {
    try (PlainWebSocket opened =
        PlainWebSocket.open("http://127.0.0.1:" + server.actualPort() + "/", "")) {
      return opened.in().available() >= 0;
    } catch (IOException turnedAway) {
      return false;
    }
  }

  private static String answer(Socket socket) throws IOException {
    send(socket, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    byte[] answer = new byte[1024];
    int length = socket.getInputStream().read(answer);
    return new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
  }

  /** Sends byte after byte, as long as the server takes them; false if it does so for ever. */
  private static boolean isClosedWhileDripping(Socket socket, String beginning) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    try {
      send(socket, beginning);
      while (System.nanoTime() < deadline) {
        send(socket, "x");
        LockSupport.parkNanos(DRIP_NANOS);
      }
      return false;
    } catch (SocketException closed) {
      return true;
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
