package dev.echomesh.echo;

import dev.echomesh.config.EndpointConfig;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Decides whether a client is served, and keeps count of those that are. Thread-safe. */
final class Admission {
  private final NodeLimits node;
  private final Supplier<EndpointConfig> endpoint;
  private final LongSupplier nanoClock;
  private final AtomicInteger connections = new AtomicInteger();
  private final AddressCount addresses = new AddressCount();
  private final RateLimit rate;

  Admission(NodeLimits node, Supplier<EndpointConfig> endpoint, LongSupplier nanoClock) {
    this.node = node;
    this.endpoint = endpoint;
    this.nanoClock = nanoClock;
    this.rate = new RateLimit(nanoClock.getAsLong());
  }

  /** Lets the client in, to be followed by one {@link #leave}, or says why not. */
  Optional<Rejection> enter(InetAddress client) {
    EndpointConfig config = endpoint.get();
    if (!config.allow().permits(client) || !isOfItsFamily(config, client)) {
      return Optional.of(Rejection.NOT_ALLOWED);
    }
    if (!addresses.enter(client, config.maxConnectionsPerAddress())) {
      return Optional.of(Rejection.MAX_CONNECTIONS_PER_ADDRESS);
    }
    if (!enter(connections, config.maxConnections())) {
      addresses.leave(client);
      return Optional.of(Rejection.MAX_CONNECTIONS);
    }
    if (!enter(node.connections(), node.maxConnections())) {
      addresses.leave(client);
      connections.decrementAndGet();
      return Optional.of(Rejection.MAX_CONNECTIONS);
    }
    // last: whoever is turned away for another reason does not use the rate up
    if (config.acceptRate() > 0 && !rate.take(config.acceptRate(), nanoClock.getAsLong())) {
      leave(client);
      return Optional.of(Rejection.ACCEPT_RATE);
    }
    return Optional.empty();
  }

  void leave(InetAddress client) {
    addresses.leave(client);
    connections.decrementAndGet();
    node.connections().decrementAndGet();
  }

  /** A Java socket that is bound to 0.0.0.0 takes IPv6 too. */
  private static boolean isOfItsFamily(EndpointConfig config, InetAddress client) {
    return client instanceof Inet4Address || !config.host().equals("0.0.0.0");
  }

  private static boolean enter(AtomicInteger count, int max) {
    if (count.incrementAndGet() > max && max > 0) {
      count.decrementAndGet();
      return false;
    }
    return true;
  }
}
