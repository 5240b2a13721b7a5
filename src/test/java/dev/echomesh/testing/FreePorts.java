package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody listened on a moment ago, for what has to be told its port beforehand. They are
 * below those that the system hands out (from 32768 on Linux), so that no connection of another
 * test takes one meanwhile.
 */
public final class FreePorts {
  private static final int FROM = 16_384;
  private static final int TO = 32_768;

  private FreePorts() {}

  public static int one() {
    return several(1).get(0);
  }

  /** Different ones. */
  public static List<Integer> several(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      while (sockets.size() < count) {
        int port = ThreadLocalRandom.current().nextInt(FROM, TO);
        try {
          sockets.add(new ServerSocket(port));
        } catch (BindException taken) {
          // the next one, then
        }
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
