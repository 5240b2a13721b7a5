package dev.echomesh.echo;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counters of an endpoint's connections by the client address and port that it saw, while they are
 * open and for a while after. Thread-safe.
 */
final class ConnectionLog {
  /** How long the counters of an ended connection are kept. */
  static final long KEPT_NANOS = 60_000_000_000L;

  private final LongSupplier nanoClock;
  private final int maxEnded;
  private final Map<InetSocketAddress, ConnectionCounters> byClient = new ConcurrentHashMap<>();
  private final Queue<Ended> ended = new ArrayDeque<>();

  private record Ended(InetSocketAddress client, ConnectionCounters counters, long atNanos) {}

  /**
   * An empty log.
   *
   * @param maxEnded ended connections kept; the oldest give way
   */
  ConnectionLog(LongSupplier nanoClock, int maxEnded) {
    this.nanoClock = nanoClock;
    this.maxEnded = maxEnded;
  }

  ConnectionCounters begin(InetSocketAddress client) {
    ConnectionCounters counters = new ConnectionCounters();
    byClient.put(client, counters);
    return counters;
  }

  void end(InetSocketAddress client, ConnectionCounters counters) {
    counters.end();
    synchronized (ended) {
      ended.add(new Ended(client, counters, nanoClock.getAsLong()));
      forget();
    }
  }

  Optional<ConnectionCounters> find(InetSocketAddress client) {
    synchronized (ended) {
      forget();
    }
    return Optional.ofNullable(byClient.get(client));
  }

  private void forget() {
    long now = nanoClock.getAsLong();
    while (!ended.isEmpty()
        && (ended.size() > maxEnded || now - ended.element().atNanos > KEPT_NANOS)) {
      Ended oldest = ended.remove();
      // the same client port may be in use again by now
      byClient.remove(oldest.client, oldest.counters);
    }
  }
}
