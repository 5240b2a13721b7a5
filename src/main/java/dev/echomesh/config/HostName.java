package dev.echomesh.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's name, in the letters that a node's name may have. */
final class HostName {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  static String local() {
    String name = read().strip().replaceAll("[^A-Za-z0-9._-]", "-");
    return name.isEmpty() ? "localhost" : name.substring(0, Math.min(63, name.length()));
  }

  private static String read() {
    try {
      // asking the kernel first: the other way may wait for a name server
      return Files.isReadable(KERNEL)
          ? Files.readString(KERNEL)
          : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "";
    }
  }
}
