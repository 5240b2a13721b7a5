package dev.echomesh.echo;

import dev.echomesh.config.EchoConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all endpoints of a node share: connections and kept bytes, and their limits. Thread-safe.
 */
final class NodeLimits {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong kept = new AtomicLong();
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

  /** Adds to the bytes of memory that are kept for clients; takes away if negative. */
  void keep(long bytes) {
    kept.addAndGet(bytes);
  }

  /** Bytes of memory that are kept for clients. */
  long kept() {
    return kept.get();
  }

  /** Whether more is kept than configured. */
  boolean keepsTooMuch() {
    long max = config.maxBuffered();
    return max > 0 && kept.get() > max;
  }

  /** 0 for no limit. */
  int maxConnections() {
    return config.maxConnections();
  }
}
