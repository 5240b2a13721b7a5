package dev.echomesh.echo;

import dev.echomesh.config.EchoConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What all endpoints of a node share: the count of connections and its limit. Thread-safe. */
final class NodeLimits {
  private final AtomicInteger connections = new AtomicInteger();
  private volatile EchoConfig config;

  NodeLimits(EchoConfig config) {
    this.config = config;
  }

  void config(EchoConfig changed) {
    config = changed;
  }

  Duration drainTimeout() {
    return config.drainTimeout();
  }

  AtomicInteger connections() {
    return connections;
  }

  /** 0 for no limit. */
  int maxConnections() {
    return config.maxConnections();
  }
}
