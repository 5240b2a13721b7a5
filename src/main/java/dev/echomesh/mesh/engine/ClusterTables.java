package dev.echomesh.mesh.engine;

import io.vertx.core.Future;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;

/** What the cluster keeps of all its members, as this one sees it. Thread-safe. */
interface ClusterTables {
  /** What a member has told of itself; fails if it has told nothing. */
  Future<NodeInfo> info(String nodeId);

  /** Tells all members what this node is. */
  Future<Void> tell(NodeInfo own);

  /** Consumers of an address, wherever they are. */
  Future<List<RegistrationInfo>> consumers(String address);

  Future<Void> add(String address, RegistrationInfo registration);

  Future<Void> remove(String address, RegistrationInfo registration);
}
