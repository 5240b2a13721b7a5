package dev.echomesh.bus;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;

/** Which addresses of a target are used. */
public enum AddressFamily {
  ANY,
  IPV4,
  IPV6;

  /** The name in a request. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean includes(InetAddress address) {
    return this == ANY || (this == IPV4) == (address instanceof Inet4Address);
  }
}
