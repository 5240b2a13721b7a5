package dev.echomesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.junit5.EchoServer;
import dev.echomesh.junit5.EchoServerHandle;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** An example: testing a plain blocking socket client. */
class BlockingClientIT {
  /** The client under test: sends a text, and takes as many bytes as its answer. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;

    Client(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(500);
    }

    String ask(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      socket.getOutputStream().write(bytes);
      byte[] answer = socket.getInputStream().readNBytes(bytes.length);
      if (answer.length < bytes.length) {
        throw new EOFException("the server ended after %d bytes".formatted(answer.length));
      }
      return new String(answer, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @EchoServer private static EchoServerHandle shared;

  @Test
  void shouldGetItsTextBack() throws IOException {
    try (Client client = new Client(new Socket(shared.host(), shared.port()))) {
      assertThat(client.ask("déjà vu")).isEqualTo("déjà vu");
      shared.awaitConnections(1);
    }
  }

  @Test
  void shouldSpeakTls(@EchoServer(tls = true) EchoServerHandle echo) throws IOException {
    Socket socket =
        echo.tls().sslContext().getSocketFactory().createSocket(echo.host(), echo.port());
    try (Client client = new Client(socket)) {
      assertThat(client.ask("secret")).isEqualTo("secret");
    }
    echo.assertEchoed(6);
  }

  @Test
  void shouldNoticeAServerThatEndsEarly(@EchoServer(faults = "closeAfter=3") EchoServerHandle echo)
      throws IOException {
    try (Client client = new Client(new Socket(echo.host(), echo.port()))) {
      assertThatThrownBy(() -> client.ask("hello")).hasMessage("the server ended after 3 bytes");
    }
  }

  @Test
  void shouldNotWaitForeverForAServerThatFallsSilent(@EchoServer EchoServerHandle echo)
      throws IOException {
    echo.injectFault("onAccept=silent");
    try (Client client = new Client(new Socket(echo.host(), echo.port()))) {
      assertThatThrownBy(() -> client.ask("hello")).isInstanceOf(SocketTimeoutException.class);
    }
  }
}
