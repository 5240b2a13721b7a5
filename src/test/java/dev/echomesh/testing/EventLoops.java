package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How this JVM's connections are spread over its epoll instances, as Linux sees it: proc(5). */
public final class EventLoops {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path INFOS = Path.of("/proc/self/fdinfo");
  private static final Pattern WATCHED = Pattern.compile("^tfd:\\s*(\\d+) ", Pattern.MULTILINE);

  private EventLoops() {}

  public static boolean canBeTold() {
    return Files.isDirectory(INFOS) && Files.isDirectory(DESCRIPTORS);
  }

  /** Connections accepted on the local port, for each event loop that has at least one. */
  public static List<Integer> connectionsOf(int port) {
    Map<String, SocketTable.Entry> sockets = SocketTable.read();
    List<Integer> counts = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      for (Path descriptor : descriptors.toList()) {
        if (target(descriptor).equals("anon_inode:[eventpoll]")) {
          int count = 0;
          Matcher watched =
              WATCHED.matcher(Files.readString(INFOS.resolve(descriptor.getFileName())));
          while (watched.find()) {
            String inode = target(DESCRIPTORS.resolve(watched.group(1))).replaceAll("\\D", "");
            SocketTable.Entry socket = sockets.get(inode);
            if (socket != null
                && socket.local().getPort() == port
                && socket.state().equals("ESTABLISHED")) {
              count++;
            }
          }
          if (count > 0) {
            counts.add(count);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counts;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }
}
