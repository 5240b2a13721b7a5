package dev.echomesh.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Connections of an attacker, who does not mind what becomes of them. */
public final class HostileClients implements AutoCloseable {
  private final List<SocketChannel> channels = new ArrayList<>();
  private final InetSocketAddress target;

  private HostileClients(int port) {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  public static HostileClients of(int port) {
    return new HostileClients(port);
  }

  /**
   * Connects so many more, with small buffers of their own, so that little is on the way. Does not
   * wait for those whom the attacked has no room for, not even to be accepted.
   */
  public HostileClients connect(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      channels.add(channel);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      channel.configureBlocking(false);
      var unused = channel.connect(target);
    }
    return this;
  }

  /** Offers each connection the bytes once; returns how many were taken in all. */
  public long send(byte[] bytes) {
    long taken = 0;
    for (SocketChannel channel : channels) {
      try {
        taken += channel.finishConnect() ? channel.write(ByteBuffer.wrap(bytes)) : 0;
      } catch (IOException ended) {
        // by the attacked, as it should
      }
    }
    return taken;
  }

  /** Connections that the attacked has ended by now; reads from them. */
  public int ended() {
    int ended = 0;
    for (SocketChannel channel : channels) {
      try {
        ended += channel.finishConnect() && channel.read(ByteBuffer.allocate(64)) < 0 ? 1 : 0;
      } catch (IOException reset) {
        ended++;
      }
    }
    return ended;
  }

  /**
   * Connects one more, has it agree on TLS, and ends it by RST. Waits for the attacked, but no
   * longer than a second.
   */
  public void handshake(SSLContext tls) throws IOException {
    try (Socket raw = new Socket()) {
      raw.setSoLinger(true, 0);
      raw.setSoTimeout(1000);
      raw.connect(target, 1000);
      SSLSocket secured =
          (SSLSocket)
              tls.getSocketFactory()
                  .createSocket(raw, target.getHostString(), target.getPort(), false);
      secured.startHandshake();
    } catch (SocketTimeoutException | SocketException | SSLException turnedAway) {
      // as is its right
    }
  }

  /** What a client of TLS begins with. */
  public static byte[] hello(SSLContext tls) {
    SSLEngine engine = tls.createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    try {
      var unused = engine.wrap(ByteBuffer.allocate(0), hello);
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
    return Arrays.copyOf(hello.array(), hello.position());
  }

  /** Ends the oldest of them. */
  public void leave(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      channels.remove(0).close();
    }
  }

  /** Ends all by RST. */
  public void reset() throws IOException {
    for (SocketChannel channel : channels) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.close();
    }
    channels.clear();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
