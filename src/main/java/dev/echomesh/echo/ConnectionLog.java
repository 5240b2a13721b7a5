package dev.echomesh.echo;

import dev.echomesh.bus.ConnectionsReply;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
    ConnectionCounters counters = new ConnectionCounters(nanoClock.getAsLong());
    connections.put(new Key(port, client), counters);
    return counters;
  }

  void end(int port, InetSocketAddress client, ConnectionCounters counters) {
    long now = nanoClock.getAsLong();
    counters.end(now);
    synchronized (ended) {
      ended.add(new Ended(new Key(port, client), counters, now));
      forget();
    }
  }

  Optional<ConnectionCounters> find(int port, InetSocketAddress client) {
    synchronized (ended) {
      forget();
    }
    return Optional.ofNullable(connections.get(new Key(port, client)));
  }

  /** Every client of the port that is known. */
  Map<InetSocketAddress, ConnectionCounters> all(int port) {
    synchronized (ended) {
      forget();
    }
    Map<InetSocketAddress, ConnectionCounters> found = new HashMap<>();
    connections.forEach(
        (key, counters) -> {
          if (key.port == port) {
            found.put(key.client, counters);
          }
        });
    return found;
  }

  /**
   * What to tell of a connection.
   *
   * @param client as whoever asks calls it
   */
  ConnectionsReply.Connection describe(String client, ConnectionCounters counters) {
    // asked first: the bytes of one that has ended are its last
    boolean open = counters.isOpen();
    return new ConnectionsReply.Connection(
        client,
        counters.received(),
        counters.sent(),
        open,
        TimeUnit.NANOSECONDS.toMillis(counters.openNanos(nanoClock.getAsLong())),
        counters.tcp());
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
