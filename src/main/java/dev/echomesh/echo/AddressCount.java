package dev.echomesh.echo;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Connections by the IP address of their client. Thread-safe. */
final class AddressCount {
  private final Map<InetAddress, Integer> connections = new ConcurrentHashMap<>();

  /**
   * Counts one more unless the address has as many, and says whether it did.
   *
   * @param max 0 for no limit
   */
  boolean enter(InetAddress client, int max) {
    boolean[] entered = new boolean[1];
    connections.compute(
        client,
        (address, count) -> {
          int now = count == null ? 0 : count;
          entered[0] = max == 0 || now < max;
          return entered[0] ? Integer.valueOf(now + 1) : count;
        });
    return entered[0];
  }

  void leave(InetAddress client) {
    connections.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
  }

  /** Addresses with a connection. */
  int addresses() {
    return connections.size();
  }
}
