package dev.echomesh.config;

import java.nio.file.Path;
import java.time.Duration;
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
    @Nullable TlsConfig tls) {}
