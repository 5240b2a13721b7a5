package dev.echomesh.spec;

import java.net.InetSocketAddress;

/** Addresses of connection ends as text: {@code 127.0.0.1:40000}, {@code [::1]:40000}. */
public final class SocketAddresses {
  private SocketAddresses() {}

  /** Prints a resolved address without its host name. */
  public static String print(InetSocketAddress address) {
    return print(address.getAddress().getHostAddress(), address.getPort());
  }

  /** Prints a host name or address and a port, which may be 0. */
  public static String print(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * Parses what {@link #print} prints; looks no name up.
   *
   * @throws InvalidValueException if it is not an address literal and a port
   */
  public static InetSocketAddress parse(String text) {
    SocketTarget target = SocketTarget.parse(text);
    return new InetSocketAddress(CidrBlock.parse(target.host()).network(), target.port());
  }
}
