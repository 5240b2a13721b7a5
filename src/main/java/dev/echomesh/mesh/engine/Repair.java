package dev.echomesh.mesh.engine;

import io.vertx.core.Future;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;

/**
 * Tells the cluster again what it does not know of this node.
 *
 * @param registrations what it should know
 */
record Repair(ClusterTables tables, Registrations registrations) {
  /** What the tables lack by what they say. */
  Future<Void> missing(String nodeId, NodeInfo own) {
    return tables
        .info(nodeId)
        .map(own::equals)
        .otherwise(false)
        .compose(known -> known ? Future.succeededFuture() : tables.tell(own))
        .compose(told -> each(this::missing));
  }

  /**
   * Everything, whatever the tables say: where partitions merge, a node that stood still for a
   * while keeps in its own what the others have forgotten.
   */
  Future<Void> everything(NodeInfo own) {
    return tables.tell(own).compose(told -> each(this::anew));
  }

  private interface Step {
    Future<Void> of(String address, RegistrationInfo registration);
  }

  private Future<Void> each(Step step) {
    Future<Void> done = Future.succeededFuture();
    for (var entry : registrations.all().entrySet()) {
      for (RegistrationInfo registration : entry.getValue()) {
        done = done.compose(before -> step.of(entry.getKey(), registration));
      }
    }
    return done;
  }

  /**
   * To add what the own tables have would be told to nobody, so it is taken out first. Meanwhile
   * another registration of this node stands in for it: without one, requests of others would fail.
   */
  private Future<Void> anew(String address, RegistrationInfo registration) {
    RegistrationInfo standIn =
        new RegistrationInfo(registration.nodeId(), -1 - registration.seq(), false);
    return tables
        .add(address, standIn)
        .compose(done -> tables.remove(address, registration))
        .compose(done -> missing(address, registration))
        .eventually(() -> tables.remove(address, standIn));
  }

  private Future<Void> missing(String address, RegistrationInfo registration) {
    return tables
        .consumers(address)
        .compose(
            all -> {
              if (all.contains(registration) || !registrations.has(address, registration)) {
                return Future.succeededFuture();
              }
              return tables
                  .add(address, registration)
                  .compose(added -> takeBackIfGone(address, registration));
            });
  }

  /** It may have been unregistered while it was being registered again. */
  private Future<Void> takeBackIfGone(String address, RegistrationInfo registration) {
    return registrations.has(address, registration)
        ? Future.succeededFuture()
        : tables.remove(address, registration);
  }
}
