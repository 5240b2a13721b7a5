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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Thousands of connections on one thread. */
public final class ManyClients implements AutoCloseable {
  private static final int CHUNK = 256 * 1024;

  /** In one go, so that the peer's kernel sees it read fast and widens its window. */
  private static final int BURST = 1 << 20;

  private final int port;
  private final List<SocketChannel> channels = new ArrayList<>();

  private ManyClients(int port) {
    this.port = port;
  }

  /**
   * Connects to 127.0.0.1.
   *
   * @param bufferBytes SO_SNDBUF and SO_RCVBUF; 0 for the system's own
   */
  public static ManyClients connect(int count, int port, int bufferBytes) throws IOException {
    ManyClients clients = new ManyClients(port);
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

  /**
   * Sends on every connection, reads on none, until the peer does not read either and so many bytes
   * of each wait in its kernel; then ends the sending side, which arrives behind them.
   */
  public void endWithUnread(long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(BURST);
    Map<Integer, StalledPeer.Sender> senders = new HashMap<>();
    for (SocketChannel channel : channels) {
      channel.configureBlocking(false);
      var unused = channel.write(zeros.clear());
      senders.put(
          channel.socket().getLocalPort(), count -> channel.write(zeros.clear().limit(count)));
    }
    long unused = StalledPeer.fill(port, bytes, senders);
    for (SocketChannel channel : channels) {
      channel.shutdownOutput();
    }
    StalledPeer.awaitEnds(port, senders.keySet());
  }

  /**
   * Reads on every connection at most so many bytes of what is there, then sends what its kernel
   * takes.
   *
   * @return bytes that were taken, of all connections
   */
  public long readAndRefill(int bytes) throws IOException {
    long taken = 0;
    ByteBuffer some = ByteBuffer.allocateDirect(bytes);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    for (SocketChannel channel : channels) {
      var unused = channel.read(some.clear());
      taken += channel.write(chunk.clear());
    }
    return taken;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
