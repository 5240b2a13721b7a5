package dev.echomesh.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Thousands of connections on one thread. */
public final class ManyClients implements AutoCloseable {
  private static final int CHUNK = 256 * 1024;

  private final List<SocketChannel> channels = new ArrayList<>();

  private ManyClients() {}

  /**
   * Connects to 127.0.0.1.
   *
   * @param bufferBytes SO_SNDBUF and SO_RCVBUF; 0 for the system's own
   */
  public static ManyClients connect(int count, int port, int bufferBytes) throws IOException {
    ManyClients clients = new ManyClients();
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      for (int i = 0; i < count; i++) {
        SocketChannel channel = SocketChannel.open();
        clients.channels.add(channel);
        if (bufferBytes > 0) {
          channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
          channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
        }
        channel.connect(address);
      }
      return clients;
    } catch (IOException e) {
      clients.close();
      throw e;
    }
  }

  /** Sends a byte on each connection and counts those on which it comes back. */
  public int echoOneByteEach() throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (int i = 0; i < channels.size(); i++) {
      channels.get(i).write(one.clear().put(0, (byte) i));
    }
    int exact = 0;
    for (int i = 0; i < channels.size(); i++) {
      if (channels.get(i).read(one.clear()) == 1 && one.get(0) == (byte) i) {
        exact++;
      }
    }
    return exact;
  }

  /**
   * Sends on every connection, reads on none, until none has taken a byte for the given time.
   *
   * @return bytes that were taken, of all connections; their connections are good for nothing else
   */
  public long sendUntilStuck(Duration quiet) throws IOException {
    long total = 0;
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    try (Selector selector = Selector.open()) {
      for (SocketChannel channel : channels) {
        channel.configureBlocking(false);
        var unused = channel.register(selector, SelectionKey.OP_WRITE);
      }
      while (selector.select(quiet.toMillis()) > 0) {
        for (SelectionKey key : selector.selectedKeys()) {
          total += ((SocketChannel) key.channel()).write(chunk.clear());
        }
        selector.selectedKeys().clear();
      }
    }
    return total;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
