package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of 127.0.0.1 where connections are refused. It is held by a socket that is bound and never
 * listens, so that nobody else can start to listen there meanwhile.
 */
public final class RefusingPort implements AutoCloseable {
  private final Socket holder;

  private RefusingPort(Socket holder) {
    this.holder = holder;
  }

  public static RefusingPort reserve() {
    try {
      Socket holder = new Socket();
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return new RefusingPort(holder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return holder.getLocalPort();
  }

  @Override
  public void close() {
    try {
      holder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
