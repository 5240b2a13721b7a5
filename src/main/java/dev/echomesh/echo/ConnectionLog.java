package dev.echomesh.echo;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counters of a node's connections by the port that they came in on and the client address and port
 * that it saw, while they are open and for a while after. The node's and not an endpoint's: they
 * can still be asked for when the endpoint has moved to another port or is gone. Thread-safe.
 */
final class ConnectionLog {
  /** How long the counters of an ended connection are kept. */
  static final long KEPT_NANOS = 60_000_000_000L;

  private final LongSupplier nanoClock;
  private final int maxEnded;
  private final Map<Key, ConnectionCounters> connections = new ConcurrentHashMap<>();
  private final Queue<Ended> ended = new ArrayDeque<>();

  private record Key(int port, InetSocketAddress client) {}

  private record Ended(Key key, ConnectionCounters counters, long atNanos) {}

  /**
   * An empty log.
   *
   * @param maxEnded ended connections kept; the oldest give way
   */
  ConnectionLog(LongSupplier nanoClock, int maxEnded) {
    this.nanoClock = nanoClock;
    this.maxEnded = maxEnded;
  }

  ConnectionCounters begin(int port, InetSocketAddress client) {
    ConnectionCounters counters = new ConnectionCounters();
    connections.put(new Key(port, client), counters);
    return counters;
  }

  void end(int port, InetSocketAddress client, ConnectionCounters counters) {
    counters.end();
    synchronized (ended) {
      ended.add(new Ended(new Key(port, client), counters, nanoClock.getAsLong()));
      forget();
    }
  }

  Optional<ConnectionCounters> find(int port, InetSocketAddress client) {
    synchronized (ended) {
      forget();
    }
    return Optional.ofNullable(connections.get(new Key(port, client)));
  }

  private void forget() {
    long now = nanoClock.getAsLong();
    while (!ended.isEmpty()
        && (ended.size() > maxEnded || now - ended.element().atNanos > KEPT_NANOS)) {
      Ended oldest = ended.remove();
      // the same client port may be in use again by now
      connections.remove(oldest.key, oldest.counters);
    }
  }
}
