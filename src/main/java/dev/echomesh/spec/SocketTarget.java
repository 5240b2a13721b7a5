package dev.echomesh.spec;

/**
 * A host and a port.
 *
 * @param host a name or an address literal, without brackets
 * @param port 1 to 65535
 */
public record SocketTarget(String host, int port) implements Target {
  public SocketTarget {
    if (!isHost(host) || port < 1 || port > 65535) {
      throw new InvalidValueException(SocketAddresses.print(host, port), Target.SOCKET);
    }
  }

  /** Whether a target that is printed with it can be read again. */
  static boolean isHost(String text) {
    return !text.isEmpty()
        && !text.startsWith("@")
        && text.chars().noneMatch(c -> Character.isWhitespace(c) || c == '[' || c == ']');
  }

  /**
   * As {@link Target#parse}, for what can be nothing but a socket.
   *
   * @throws InvalidValueException if it is none
   */
  public static SocketTarget parse(String text) {
    if (Target.parse(text) instanceof SocketTarget socket) {
      return socket;
    }
    throw new InvalidValueException(text, Target.SOCKET);
  }

  @Override
  public SocketTarget socket() {
    return this;
  }

  @Override
  public Target at(SocketTarget found) {
    return found;
  }

  @Override
  public String toString() {
    return SocketAddresses.print(host, port);
  }
}
