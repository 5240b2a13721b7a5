package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sockets that this JVM has open, each named by its inode as in {@code /proc/self/fd}: {@code
 * socket:[12345]}. Always empty where there is no such directory.
 */
final class OpenSockets {
  private static final String SELF = "self";
  private static final String PREFIX = "socket:[";

  static {
    openWhatTheJdkKeeps();
  }

  private OpenSockets() {}

  static boolean canBeCounted() {
    return Files.isDirectory(descriptors(SELF));
  }

  static Set<String> now() {
    return canBeCounted() ? of(SELF) : Set.of();
  }

  /**
   * Addresses at which another process of this network namespace listens for TCP, as {@code tcp
   * 127.0.0.1:80}, or takes UDP from everybody.
   */
  static Set<String> listening(long pid) {
    Set<String> own = of(Long.toString(pid));
    Set<String> listening = new TreeSet<>();
    SocketTable.read()
        .forEach(
            (inode, entry) -> {
              boolean takesAll =
                  entry.protocol().startsWith("udp") && entry.remote().getPort() == 0;
              if (own.contains(PREFIX + inode + "]")
                  && (takesAll || entry.state().equals("LISTEN"))) {
                listening.add(entry.protocol().replace("6", "") + " " + entry.printLocal());
              }
            });
    return listening;
  }

  private static Path descriptors(String process) {
    return Path.of("/proc", process, "fd");
  }

  private static Set<String> of(String process) {
    try (Stream<Path> descriptors = Files.list(descriptors(process))) {
      return descriptors
          .map(OpenSockets::target)
          .flatMap(Optional::stream)
          .filter(target -> target.startsWith(PREFIX))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Set<String> beyond(Set<String> before) {
    Set<String> extra = new TreeSet<>(now());
    extra.removeAll(before);
    return extra;
  }

  /** A line for each socket: its addresses and state as far as the system still knows them. */
  static List<String> describe(Set<String> sockets) {
    if (sockets.isEmpty()) {
      return List.of();
    }
    Map<String, SocketTable.Entry> table = SocketTable.read();
    return sockets.stream()
        .map(socket -> socket + " " + describe(table, socket))
        .collect(Collectors.toList());
  }

  private static String describe(Map<String, SocketTable.Entry> table, String socket) {
    String inode = socket.substring(PREFIX.length(), socket.length() - 1);
    return table.containsKey(inode)
        ? String.valueOf(table.get(inode))
        : "neither TCP nor UDP, or never bound";
  }

  private static Optional<String> target(Path descriptor) {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException closedMeanwhile) {
      return Optional.empty();
    }
  }

  /**
   * The JDK makes one socket for itself with the first channel, and keeps it; it must not count as
   * a test's.
   */
  private static void openWhatTheJdkKeeps() {
    try {
      ServerSocketChannel.open().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
