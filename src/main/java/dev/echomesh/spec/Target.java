package dev.echomesh.spec;

/**
 * Where a test goes.
 *
 * @param host a name or an address literal, without brackets
 * @param port 1 to 65535
 */
public record Target(String host, int port) {
  private static final String EXPECTED =
      "HOST:PORT, [IPv6]:PORT or HOST:SERVICE, with a port from 1 to 65535";

  public Target {
    if (host.isEmpty() || port < 1 || port > 65535) {
      throw new InvalidValueException(SocketAddresses.print(host, port), EXPECTED);
    }
  }

  /**
   * Parses {@code host:1234}, {@code [::1]:1234} or {@code host:echo}.
   *
   * @throws InvalidValueException if it is none of these, or names a service that is not known
   */
  public static Target parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw new InvalidValueException(text, EXPECTED);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (host.indexOf(':') < 0) {
        throw new InvalidValueException(text, EXPECTED);
      }
    } else if (host.indexOf(':') >= 0 || host.indexOf('[') >= 0) {
      throw new InvalidValueException(text, EXPECTED + "; an IPv6 address stands in brackets");
    }
    if (host.isBlank() || host.chars().anyMatch(Character::isWhitespace)) {
      throw new InvalidValueException(text, EXPECTED);
    }
    int port = port(text, text.substring(colon + 1));
    if (port < 1 || port > 65535) {
      throw new InvalidValueException(text, EXPECTED);
    }
    return new Target(host, port);
  }

  @Override
  public String toString() {
    return SocketAddresses.print(host, port);
  }

  private static int port(String text, String service) {
    if (service.matches("[0-9]{1,9}")) {
      return Integer.parseInt(service);
    }
    return Services.port(service)
        .orElseThrow(
            () -> new InvalidValueException(text, EXPECTED + "; no such TCP service: " + service));
  }
}
