package dev.echomesh.junit5;

import dev.echomesh.bus.ConnectionsReply;
import java.time.Duration;

/**
 * A client's connection as the server sees it.
 *
 * @param client its address and port, {@code 127.0.0.1:40000} or {@code [::1]:40000}
 * @param bytesReceived from the client
 * @param bytesSent to the client, as far as the kernel took them
 * @param open whether it still is
 * @param openFor for how long it has been, or was, open
 */
public record ServerConnection(
    String client, long bytesReceived, long bytesSent, boolean open, Duration openFor) {
  static ServerConnection of(ConnectionsReply.Connection counted) {
    return new ServerConnection(
        counted.client(),
        counted.bytesReceived(),
        counted.bytesSent(),
        counted.open(),
        Duration.ofMillis(counted.openMillis()));
  }

  /** {@code 127.0.0.1:40000, 12 bytes received, 12 sent, open for 1.204 s}. */
  @Override
  public String toString() {
    return "%s, %d bytes received, %d sent, %s for %d.%03d s"
        .formatted(
            client,
            bytesReceived,
            bytesSent,
            open ? "open" : "was open",
            openFor.toSeconds(),
            openFor.toMillisPart());
  }
}
