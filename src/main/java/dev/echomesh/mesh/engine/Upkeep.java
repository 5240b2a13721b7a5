package dev.echomesh.mesh.engine;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryModified;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryRemoved;
import org.infinispan.notifications.cachelistener.event.CacheEntryEvent;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.MergeEvent;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again whether the cluster still knows this node, and has forgotten those that are
 * gone: each second for a while after every change of members, seldom otherwise. Infinispan settles
 * the contents of its caches some time after a merge, so that what is written at once can be lost.
 */
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final long TICK_MILLIS = 1000;
  private static final int TICKS_AFTER_CHANGE = 20;
  private static final int TICKS_BETWEEN = 15;
  private static final int TICKS_BETWEEN_WRITES = 2;

  /** What was asked of a member that is gone, or before a merge, may never be answered. */
  private static final long PATIENCE_SECONDS = 5;

  private final Vertx vertx;
  private final MeshClusterManager manager;
  private final DefaultCacheManager caches;
  private final Members members;
  private final Announcements announcements;
  private final AtomicInteger urgent = new AtomicInteger();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicBoolean doubtful = new AtomicBoolean();
  private int ticks;
  private long timer;

  private Upkeep(
      Vertx vertx, MeshClusterManager manager, DefaultCacheManager caches, Runnable changed) {
    this.vertx = vertx;
    this.manager = manager;
    this.caches = caches;
    this.members =
        new Members(
            merge -> {
              if (merge) {
                doubtful.set(true);
              }
              urgent.set(TICKS_AFTER_CHANGE);
              manager.lookUpAnew();
              changed.run();
            });
    this.announcements = new Announcements(changed);
  }

  /** Begins; {@code changed} runs on threads of Infinispan and must not block. */
  static Upkeep begin(
      Vertx vertx, MeshClusterManager manager, DefaultCacheManager caches, Runnable changed) {
    Upkeep upkeep = new Upkeep(vertx, manager, caches, changed);
    caches.addListener(upkeep.members);
    caches.getCache(CacheManagers.NODE_INFO).addListener(upkeep.announcements);
    upkeep.timer = vertx.setPeriodic(TICK_MILLIS, id -> upkeep.tick());
    return upkeep;
  }

  /** Something was not told to everybody. */
  void doubt() {
    doubtful.set(true);
    urgent.set(TICKS_AFTER_CHANGE);
  }

  void end() {
    vertx.cancelTimer(timer);
    caches.removeListener(members);
    caches.getCache(CacheManagers.NODE_INFO).removeListener(announcements);
  }

  private void tick() {
    ticks++;
    boolean due = urgent.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    if ((due || ticks % TICKS_BETWEEN == 0) && busy.compareAndSet(false, true)) {
      boolean slowly = due && ticks % TICKS_BETWEEN_WRITES == 0;
      boolean blindly = slowly && doubtful.get();
      // one of all is enough
      boolean purges = slowly && CacheManagers.isCoordinator(caches);
      manager
          .repair(blindly)
          .compose(repaired -> purges ? manager.purge() : Future.succeededFuture())
          .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .onSuccess(done -> LOG.debug("the cluster knows this node{}", blindly ? " again" : ""))
          .onFailure(cause -> LOG.debug("the cluster could not be told again", cause))
          .onComplete(done -> busy.set(false));
    }
    if (!due) {
      doubtful.set(false);
    }
  }

  /** Public for Infinispan, which calls it by reflection. */
  @Listener(sync = false)
  public static final class Members {
    private final Consumer<Boolean> changed;

    Members(Consumer<Boolean> changed) {
      this.changed = changed;
    }

    /** A member came or went. */
    @ViewChanged
    public void changed(ViewChangedEvent event) {
      changed.accept(false);
    }

    /** Partitions merged. */
    @Merged
    public void merged(MergeEvent event) {
      changed.accept(true);
    }
  }

  /** Public for Infinispan, which calls it by reflection. */
  @Listener(sync = false)
  public static final class Announcements {
    private final Runnable changed;

    Announcements(Runnable changed) {
      this.changed = changed;
    }

    /** A member announced something. */
    @CacheEntryCreated
    @CacheEntryModified
    @CacheEntryRemoved
    public void changed(CacheEntryEvent<Object, Object> event) {
      changed.run();
    }
  }
}
