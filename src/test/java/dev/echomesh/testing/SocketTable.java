package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Linux's tables of TCP and UDP sockets, as proc(5) describes them. */
final class SocketTable {
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
  private static final int INODE = 9;

  private SocketTable() {}

  /** Inode to a line such as {@code tcp 127.0.0.1:80 to 127.0.0.1:4711 ESTABLISHED}. */
  static Map<String, String> read() {
    Map<String, String> table = new HashMap<>();
    for (String protocol : PROTOCOLS) {
      Path file = Path.of("/proc/self/net", protocol);
      if (Files.isReadable(file)) {
        readInto(table, protocol, file);
      }
    }
    return table;
  }

  private static void readInto(Map<String, String> table, String protocol, Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      for (String line : lines.subList(1, lines.size())) {
        String[] fields = line.strip().split("\\s+", -1);
        table.put(
            fields[INODE],
            "%s %s to %s %s"
                .formatted(
                    protocol, address(fields[LOCAL]), address(fields[REMOTE]), state(fields)));
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
  private static String address(String text) throws UnknownHostException {
    int colon = text.indexOf(':');
    byte[] bytes = HexFormat.of().parseHex(text.substring(0, colon));
    ByteBuffer words = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.nativeOrder());
    ByteBuffer.wrap(bytes).asIntBuffer().put(words.asIntBuffer());
    return InetAddress.getByAddress(bytes).getHostAddress()
        + ":"
        + HexFormat.fromHexDigits(text.substring(colon + 1));
  }
}
