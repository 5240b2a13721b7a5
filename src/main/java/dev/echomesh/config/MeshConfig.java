package dev.echomesh.config;

import dev.echomesh.spec.SocketTarget;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Membership of a cluster of nodes.
 *
 * @param enabled whether the node is in a cluster at all; nothing else counts otherwise
 * @param cluster name that all members share
 * @param host address to bind everything of the mesh to
 * @param publicHost address at which other members reach it; {@code host} unless told otherwise
 * @param port of the cluster's own connections, 1 to 65535
 * @param busPort of the event bus; 0 for a free one
 * @param probePort of the endpoint {@code mesh}; 0 for a free one
 * @param peers where other members may be found; need not be complete
 * @param dns a name whose addresses are those of the members; null if {@code peers} count
 * @param tls null for plain text
 * @param stackFile a JGroups stack in place of the shipped one
 */
public record MeshConfig(
    boolean enabled,
    String cluster,
    String host,
    String publicHost,
    int port,
    int busPort,
    int probePort,
    List<SocketTarget> peers,
    @Nullable String dns,
    @Nullable MeshTls tls,
    @Nullable Path stackFile) {
  public MeshConfig {
    peers = List.copyOf(peers);
  }
}
