package dev.echomesh.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the kernel has sent again on all TCP connections together, as proc_net_snmp tells it. */
public final class RetransmittedSegments {
  private static final Path COUNTERS = Path.of("/proc/net/snmp");

  private RetransmittedSegments() {}

  /** Since the machine, or the network namespace, began. */
  public static long now() {
    try {
      List<List<String>> tcp =
          Files.readAllLines(COUNTERS).stream()
              .filter(line -> line.startsWith("Tcp: "))
              .map(line -> Arrays.asList(line.split(" ", -1)))
              .toList();
      return Long.parseLong(tcp.get(1).get(tcp.get(0).indexOf("RetransSegs")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
