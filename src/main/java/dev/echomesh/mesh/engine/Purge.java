package dev.echomesh.mesh.engine;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.infinispan.Cache;
import org.infinispan.manager.DefaultCacheManager;

/**
 * Takes out of the cluster's tables what belongs to nodes that are no members any more, also when
 * partitions have merged: then the tables of one side come back, with everybody in them whom the
 * other side has seen die.
 *
 * @param members identities of the present members
 * @param consumers of an address, wherever they are
 * @param remover takes one of them out
 */
record Purge(
    Vertx vertx,
    DefaultCacheManager caches,
    Supplier<? extends Collection<String>> members,
    Function<String, Future<List<RegistrationInfo>>> consumers,
    BiFunction<String, RegistrationInfo, Future<Void>> remover) {
  Future<Void> run() {
    return vertx
        .executeBlocking(this::purgeNodeInfo, false)
        .compose(
            addresses -> {
              Future<Void> all = Future.succeededFuture();
              for (String address : addresses) {
                all = all.compose(done -> purge(address));
              }
              return all;
            });
  }

  /** The addresses, too, can only be read where blocking is allowed. */
  private List<String> purgeNodeInfo() {
    Cache<String, Object> infos = caches.getCache(CacheManagers.NODE_INFO);
    for (String id : List.copyOf(infos.keySet())) {
      if (isGone(id)) {
        infos.remove(id);
      }
    }
    return List.copyOf(caches.<String, Object>getCache(CacheManagers.SUBSCRIPTIONS).keySet());
  }

  private Future<Void> purge(String address) {
    return consumers
        .apply(address)
        .compose(
            all -> {
              Future<Void> removed = Future.succeededFuture();
              for (RegistrationInfo each : all) {
                if (isGone(each.nodeId())) {
                  removed = removed.compose(done -> remover.apply(address, each));
                }
              }
              return removed;
            });
  }

  private boolean isGone(String id) {
    return !members.get().contains(id);
  }
}
