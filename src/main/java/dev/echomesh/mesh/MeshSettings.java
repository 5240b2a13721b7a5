package dev.echomesh.mesh;

import dev.echomesh.config.ProbeConfig;
import dev.echomesh.config.ProbingConfig;
import java.util.List;

/**
 * What the mesh of a node is told.
 *
 * @param cluster its name
 * @param targets to probe beside nodes
 */
public record MeshSettings(String cluster, ProbingConfig probing, List<ProbeConfig> targets) {
  public MeshSettings {
    targets = List.copyOf(targets);
  }
}
