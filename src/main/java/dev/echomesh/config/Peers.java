package dev.echomesh.config;

import dev.echomesh.spec.InvalidValueException;
import dev.echomesh.spec.SocketTarget;

/** Where other members of a cluster may be found: {@code HOST} or {@code HOST:PORT}. */
final class Peers {
  private Peers() {}

  /**
   * Parses one.
   *
   * @param defaultPort of a peer that names none
   * @throws InvalidValueException if it is neither
   */
  static SocketTarget parse(String text, int defaultPort) {
    boolean bareIpv6 = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
    if (bareIpv6) {
      return SocketTarget.parse("[" + text + "]:" + defaultPort);
    }
    return SocketTarget.parse(text.matches(".*:[^\\]]*") ? text : text + ":" + defaultPort);
  }
}
