package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Linux's tables of TCP and UDP sockets, as proc(5) describes them. They are read piece by piece: a
 * socket can be missing while others come and go.
 */
public final class SocketTable {
  private static final List<String> PROTOCOLS = List.of("tcp", "tcp6", "udp", "udp6");
  private static final List<String> STATES =
      List.of(
          "?",
          "ESTABLISHED",
          "SYN_SENT",
          "SYN_RECV",
          "FIN_WAIT1",
          "FIN_WAIT2",
          "TIME_WAIT",
          "CLOSE",
          "CLOSE_WAIT",
          "LAST_ACK",
          "LISTEN",
          "CLOSING",
          "NEW_SYN_RECV");
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int QUEUES = 4;
  private static final int INODE = 9;

  private SocketTable() {}

  /**
   * One socket; printed as {@code tcp 127.0.0.1:80 to 127.0.0.1:4711 ESTABLISHED}.
   *
   * @param state as netstat(8) names it
   * @param unacknowledged bytes written and not acknowledged by the other end, FIN included
   * @param unread bytes received and not read, FIN included
   */
  public record Entry(
      String protocol,
      InetSocketAddress local,
      InetSocketAddress remote,
      String state,
      long unacknowledged,
      long unread) {
    @Override
    public String toString() {
      return "%s %s to %s %s".formatted(protocol, print(local), print(remote), state);
    }

    String printLocal() {
      return print(local);
    }

    private static String print(InetSocketAddress address) {
      return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
  }

  /** Inode to socket. */
  static Map<String, Entry> read() {
    Map<String, Entry> table = new HashMap<>();
    for (String protocol : PROTOCOLS) {
      Path file = Path.of("/proc/self/net", protocol);
      if (Files.isReadable(file)) {
        readInto(table, protocol, file);
      }
    }
    return table;
  }

  /** The clients' ends of this machine's connections to a port of it, by the client's port. */
  public static Map<Integer, Entry> connectedTo(int port) {
    return read().values().stream()
        .filter(entry -> entry.remote.getPort() == port)
        .collect(
            Collectors.toMap(
                entry -> entry.local.getPort(), entry -> entry, (one, again) -> again));
  }

  /** The other ends of {@link #connectedTo}, by the client's port. */
  public static Map<Integer, Entry> acceptedAt(int port) {
    return read().values().stream()
        .filter(entry -> entry.local.getPort() == port && entry.remote.getPort() != 0)
        .collect(
            Collectors.toMap(
                entry -> entry.remote.getPort(), entry -> entry, (one, again) -> again));
  }

  private static void readInto(Map<String, Entry> table, String protocol, Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      for (String line : lines.subList(1, lines.size())) {
        String[] fields = line.strip().split("\\s+", -1);
        String[] queues = fields[QUEUES].split(":", -1);
        table.put(
            fields[INODE],
            new Entry(
                protocol,
                address(fields[LOCAL]),
                address(fields[REMOTE]),
                state(fields),
                HexFormat.fromHexDigitsToLong(queues[0]),
                HexFormat.fromHexDigitsToLong(queues[1])));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String state(String[] fields) {
    int code = HexFormat.fromHexDigits(fields[STATE]);
    return code < STATES.size() ? STATES.get(code) : "state " + code;
  }

  /** {@code 0100007F:1F90}: the address in words of this machine's byte order, the port in hex. */
  private static InetSocketAddress address(String text) throws UnknownHostException {
    int colon = text.indexOf(':');
    byte[] bytes = HexFormat.of().parseHex(text.substring(0, colon));
    ByteBuffer words = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.nativeOrder());
    ByteBuffer.wrap(bytes).asIntBuffer().put(words.asIntBuffer());
    return new InetSocketAddress(
        InetAddress.getByAddress(bytes), HexFormat.fromHexDigits(text.substring(colon + 1)));
  }
}
