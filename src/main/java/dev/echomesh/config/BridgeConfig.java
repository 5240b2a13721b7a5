package dev.echomesh.config;

import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.InvalidValueException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The event bus for other languages, over TCP.
 *
 * @param host address to bind
 * @param port 0 to 65535; 0 takes a free one
 * @param tokenFile secrets, one a line, of which a client has to name one; null for none
 * @param idleTimeout a connection without a byte either way for so long is closed; zero never
 * @param maxConnections at the same time; one more is closed
 * @param tls null for plain TCP
 */
public record BridgeConfig(
    boolean enabled,
    String host,
    int port,
    @Nullable Path tokenFile,
    Duration idleTimeout,
    int maxConnections,
    @Nullable TlsConfig tls) {

  /** Whether only this machine can connect to the host; a name but localhost counts as not. */
  static boolean isLoopback(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    try {
      return lower.equals("localhost") || CidrBlock.parse(lower).network().isLoopbackAddress();
    } catch (InvalidValueException name) {
      return false;
    }
  }
}
