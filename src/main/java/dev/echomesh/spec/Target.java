package dev.echomesh.spec;

/** Where a test goes. */
public sealed interface Target permits SocketTarget, NodeTarget {
  /** What a socket is written as. */
  String SOCKET = "HOST:PORT, [IPv6]:PORT or HOST:SERVICE, with a port from 1 to 65535";

  /**
   * The socket itself.
   *
   * @throws IllegalStateException for a node that has not been looked up
   */
  SocketTarget socket();

  /** The same target, found at the socket. */
  Target at(SocketTarget found);

  /**
   * Parses {@code host:1234}, {@code [::1]:1234}, {@code host:echo}, {@code @node} or {@code
   * @node/endpoint}.
   *
   * @throws InvalidValueException if it is none of these, or names a service that is not known
   */
  static Target parse(String text) {
    return text.startsWith("@") ? NodeTarget.parse(text) : socket(text);
  }

  private static SocketTarget socket(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw new InvalidValueException(text, SOCKET);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (host.indexOf(':') < 0) {
        throw new InvalidValueException(text, SOCKET);
      }
    } else if (host.indexOf(':') >= 0 || host.indexOf('[') >= 0) {
      throw new InvalidValueException(text, SOCKET + "; an IPv6 address stands in brackets");
    }
    if (!SocketTarget.isHost(host)) {
      throw new InvalidValueException(text, SOCKET);
    }
    int port = port(text, text.substring(colon + 1));
    if (port < 1 || port > 65535) {
      throw new InvalidValueException(text, SOCKET);
    }
    return new SocketTarget(host, port);
  }

  private static int port(String text, String service) {
    if (service.matches("[0-9]{1,9}")) {
      return Integer.parseInt(service);
    }
    return Services.port(service)
        .orElseThrow(
            () -> new InvalidValueException(text, SOCKET + "; no such TCP service: " + service));
  }
}
