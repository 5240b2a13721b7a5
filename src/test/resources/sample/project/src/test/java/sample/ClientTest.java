package sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.echomesh.bus.TestRequest;
import dev.echomesh.junit5.EchoServer;
import dev.echomesh.junit5.EchoServerHandle;
import dev.echomesh.junit5.EchoTester;
import dev.echomesh.junit5.EchoTesterHandle;
import java.io.IOException;
import java.net.Socket;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

class ClientTest {
  @Test
  void shouldGetBackWhatItSent(@EchoServer EchoServerHandle echo) throws IOException {
    exchange(SocketFactory.getDefault(), echo);
    echo.assertEchoed(5);
  }

  @Test
  void shouldSpeakTls(@EchoServer(tls = true) EchoServerHandle echo) throws IOException {
    exchange(echo.tls().sslContext().getSocketFactory(), echo);
    echo.assertEchoed(5);
  }

  @Test
  void shouldFindTheServerSound(
      @EchoServer EchoServerHandle echo, @EchoTester EchoTesterHandle tester) {
    tester.assertPassed(TestRequest.to(echo.target()).count(100).build());
  }

  private static void exchange(SocketFactory sockets, EchoServerHandle echo) throws IOException {
    byte[] sent = {1, 2, 3, 4, 5};
    try (Socket socket = sockets.createSocket(echo.host(), echo.port())) {
      socket.getOutputStream().write(sent);
      assertArrayEquals(sent, socket.getInputStream().readNBytes(sent.length));
    }
  }
}
