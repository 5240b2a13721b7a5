package dev.echomesh.junit5;

import dev.echomesh.spec.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What clients left over, in words. */
final class Leaks {
  private Leaks() {}

  /** Whether a healthy server's client left something: itself, or bytes without an echo. */
  static boolean isLeftOver(ServerConnection connection, boolean healthy) {
    return connection.open() || (healthy && connection.bytesReceived() != connection.bytesSent());
  }

  /**
   * A message for the author of the tests.
   *
   * @param tests that may have left it
   * @param owner says who holds a client's socket, or nothing
   */
  static String describe(
      String server,
      Collection<String> tests,
      List<ServerConnection> left,
      Duration patience,
      Function<ServerConnection, String> owner) {
    long open = left.stream().filter(ServerConnection::open).count();
    long ended = left.size() - open;
    StringBuilder text = new StringBuilder(server).append(": ").append(String.join(", ", tests));
    if (open > 0) {
      text.append(
          " left %s open, still %s later".formatted(count(open), Durations.print(patience)));
    }
    if (ended > 0) {
      text.append(
          "%s left bytes that were not echoed on %s".formatted(open > 0 ? "," : "", count(ended)));
    }
    return text.append(
            left.stream()
                .map(each -> System.lineSeparator() + "  client " + each + owner.apply(each))
                .collect(Collectors.joining()))
        .toString();
  }

  /** Each connection on a line of its own, after a line break; nothing for none. */
  static String lines(List<ServerConnection> connections) {
    return connections.stream()
        .sorted(Comparator.comparing(ServerConnection::client))
        .map(each -> System.lineSeparator() + "  client " + each)
        .collect(Collectors.joining());
  }

  private static String count(long connections) {
    return connections == 1 ? "1 connection" : connections + " connections";
  }
}
