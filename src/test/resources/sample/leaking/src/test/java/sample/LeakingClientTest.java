package sample;

import dev.echomesh.junit5.EchoServer;
import dev.echomesh.junit5.EchoServerHandle;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class LeakingClientTest {
  private static Socket forgotten;

  @Test
  void shouldCloseItsSocket(@EchoServer(closeWithin = "500ms") EchoServerHandle echo)
      throws IOException {
    forgotten = new Socket(echo.host(), echo.port());
    forgotten.getOutputStream().write(new byte[] {1, 2, 3});
    echo.assertEchoed(3);
  }
}
