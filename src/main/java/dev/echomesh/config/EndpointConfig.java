package dev.echomesh.config;

import dev.echomesh.spec.AllowList;
import dev.echomesh.spec.Faults;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One echo endpoint.
 *
 * @param name unique within the node
 * @param host address to bind; {@code 0.0.0.0} is IPv4 only, {@code ::} both families
 * @param port 0 to 65535; 0 takes a free one
 * @param frameLength bytes of a record in {@link EndpointMode#FRAMED}, 32 to 1,048,576
 * @param timestamps whether receive and send time are stamped into each record; only in {@link
 *     EndpointMode#FRAMED} with a frameLength of 48 or more
 * @param backlog connections that wait for accept; 0 leaves it to the system
 * @param idleTimeout a connection without a byte for so long is closed; zero never
 * @param stallTimeout a client that takes nothing of what it is owed for so long is reset; zero
 *     never
 * @param maxConnections 0 for no limit of its own
 * @param maxConnectionsPerAddress from one IP address; 0 for no limit
 * @param acceptRate connections served per second, after a burst of one second's; 0 for no limit
 * @param allow clients that may connect
 * @param tls null for plain TCP
 * @param faults how it misbehaves on purpose
 */
public record EndpointConfig(
    String name,
    String host,
    int port,
    EndpointMode mode,
    int frameLength,
    boolean timestamps,
    int backlog,
    Duration idleTimeout,
    Duration stallTimeout,
    int maxConnections,
    int maxConnectionsPerAddress,
    int acceptRate,
    AllowList allow,
    @Nullable TlsConfig tls,
    Faults faults) {}
