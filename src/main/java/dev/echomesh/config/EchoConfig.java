package dev.echomesh.config;

import java.time.Duration;
import java.util.List;

/**
 * The echo side.
 *
 * @param instances event loops that connections are spread over; 1 or more
 * @param maxConnections over all endpoints; 0 for no limit
 * @param maxBuffered bytes of memory for echoes that clients have not taken, over all connections;
 *     0 for no limit
 * @param drainTimeout how long a connection that is asked to end may take to receive what it is
 *     owed
 */
public record EchoConfig(
    int instances,
    int maxConnections,
    long maxBuffered,
    Duration drainTimeout,
    List<EndpointConfig> endpoints) {
  public EchoConfig {
    endpoints = List.copyOf(endpoints);
  }
}
