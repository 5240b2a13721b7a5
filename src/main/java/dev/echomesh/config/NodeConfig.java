package dev.echomesh.config;

import java.util.List;

/**
 * Everything a node is told.
 *
 * @param name unique within a cluster
 * @param zone failure domain, free text; may be empty
 * @param rack smaller failure domain, free text; may be empty
 * @param probes targets beside the nodes of the mesh that are probed all the time
 * @param verticles deployed on the node, in other languages of the JVM
 * @param metrics whether Vert.x and the rooms count into a meter registry of the node's own
 */
public record NodeConfig(
    String name,
    String zone,
    String rack,
    Transport transport,
    EchoConfig echo,
    TesterConfig tester,
    MeshConfig mesh,
    ProbingConfig probing,
    List<ProbeConfig> probes,
    WebConfig web,
    BridgeConfig bridge,
    List<ScriptConfig> verticles,
    boolean metrics) {
  public NodeConfig {
    probes = List.copyOf(probes);
    verticles = List.copyOf(verticles);
  }

  /** A configuration written in code. */
  public static NodeConfigBuilder builder() {
    return new NodeConfigBuilder();
  }
}
