package dev.echomesh.junit5;

import dev.echomesh.spec.InvalidValueException;
import dev.echomesh.spec.SocketAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells, on Linux and for a client on this machine, which process holds its socket. */
final class SocketOwner {
  private static final Path PROC = Path.of("/proc");
  private static final int LONGEST_COMMAND = 80;

  private SocketOwner() {}

  /**
   * {@code held by this JVM} or {@code held by process 4711 (python3 client.py)}.
   *
   * @param client the client's address and port
   * @param serverPort that it is connected to
   */
  static Optional<String> of(String client, int serverPort) {
    try {
      int clientPort = SocketAddresses.parse(client).getPort();
      return Stream.of("net/tcp", "net/tcp6")
          .flatMap(table -> lines(PROC.resolve(table)))
          .flatMap(line -> inode(line, clientPort, serverPort).stream())
          .findFirst()
          .flatMap(SocketOwner::holder);
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  /** The inode of a line of /proc/net/tcp, if it is the wanted client's. */
  static Optional<String> inode(String line, int clientPort, int serverPort) {
    List<String> fields = List.of(line.strip().split("\\s+", -1));
    boolean wanted =
        fields.size() > 9
            && fields.get(1).endsWith(":%04X".formatted(clientPort))
            && fields.get(2).endsWith(":%04X".formatted(serverPort))
            && !fields.get(9).equals("0");
    return wanted ? Optional.of(fields.get(9)) : Optional.empty();
  }

  private static Optional<String> holder(String inode) {
    String socket = "socket:[" + inode + "]";
    if (holds(PROC.resolve("self"), socket)) {
      return Optional.of("held by this JVM");
    }
    return list(PROC)
        .filter(process -> process.getFileName().toString().matches("[0-9]+"))
        .filter(process -> holds(process, socket))
        .map(
            process -> "held by process %s (%s)".formatted(process.getFileName(), command(process)))
        .findFirst();
  }

  private static boolean holds(Path process, String socket) {
    return list(process.resolve("fd"))
        .anyMatch(
            descriptor -> {
              try {
                return Files.readSymbolicLink(descriptor).toString().equals(socket);
              } catch (IOException closedMeanwhile) {
                return false;
              }
            });
  }

  private static String command(Path process) {
    String command =
        lines(process.resolve("cmdline")).findFirst().orElse("?").replace('\0', ' ').strip();
    return command.length() <= LONGEST_COMMAND
        ? command
        : command.substring(0, LONGEST_COMMAND) + "…";
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static Stream<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
