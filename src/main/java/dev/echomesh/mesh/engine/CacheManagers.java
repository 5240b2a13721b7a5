package dev.echomesh.mesh.engine;

import dev.echomesh.config.MeshConfig;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.parsing.ConfigurationBuilderHolder;
import org.infinispan.counter.configuration.CounterManagerConfigurationBuilder;
import org.infinispan.lock.configuration.ClusteredLockManagerConfigurationBuilder;
import org.infinispan.lock.configuration.Reliability;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.remoting.transport.Address;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jspecify.annotations.Nullable;

/** Configures Infinispan as Vert.x needs it, without files that a class path could shadow. */
final class CacheManagers {
  /** For names and values that Vert.x's manager fixes. */
  static final String NODE_INFO = "__vertx.nodeInfo";

  static final String SUBSCRIPTIONS = "__vertx.subs";
  private static final String HA_INFO = "__vertx.haInfo";
  private static final String OF_MAPS = "__vertx.distributed.cache.configuration";
  private static final String DEFAULT = "distributed-cache";

  private static final long TRANSFER_SECONDS = 20;

  /**
   * For an answer of every member, and for a write to the same key before. A member that has
   * forgotten this one never answers; what was not told in time is told again, see {@link Upkeep}.
   */
  private static final long ANSWER_SECONDS = 2;

  /**
   * In which caches are to be put together again after a change of members, in ten attempts. One
   * that asks a member of a view that is out of date takes its whole tenth, and only then the next
   * view is looked at: by default after 24 s.
   */
  private static final long TEN_ATTEMPTS_SECONDS = 30;

  /** More than there are: every member has everything, so that nothing is lost with any of them. */
  private static final int EVERYBODY = 10_000;

  private CacheManagers() {}

  /**
   * A cache manager that is not started yet.
   *
   * @param uniqueName of this life of the node, for JGroups
   * @param tls null for plain text
   * @throws dev.echomesh.config.StartException if the stack file cannot be used
   */
  static DefaultCacheManager create(MeshConfig mesh, String uniqueName, @Nullable SSLContext tls) {
    ConfigurationBuilderHolder holder =
        new ConfigurationBuilderHolder(
            CacheManagers.class.getClassLoader(), new GlobalConfigurationBuilder());
    GlobalConfigurationBuilder global = holder.getGlobalConfigurationBuilder();
    global.classLoader(CacheManagers.class.getClassLoader());
    global.defaultCacheName(DEFAULT);
    global.jmx().disable();
    global.metrics().gauges(false).histograms(false);
    global
        .transport()
        .defaultTransport()
        .clusterName(mesh.cluster())
        .nodeName(uniqueName)
        .distributedSyncTimeout(TEN_ATTEMPTS_SECONDS, TimeUnit.SECONDS)
        .addProperty(JGroupsTransport.CONFIGURATION_XML, StackFile.read(mesh));
    // of Vert.x's locks and counters, which nobody uses here: a minority is not to complain of them
    global
        .addModule(ClusteredLockManagerConfigurationBuilder.class)
        .reliability(Reliability.AVAILABLE);
    global
        .addModule(CounterManagerConfigurationBuilder.class)
        .reliability(org.infinispan.counter.configuration.Reliability.AVAILABLE)
        .numOwner(EVERYBODY);
    if (tls != null) {
      global.transport().addProperty(JGroupsTransport.SOCKET_FACTORY, MutualTls.socketFactory(tls));
    }
    List.of(SUBSCRIPTIONS, HA_INFO, NODE_INFO, DEFAULT).forEach(name -> cache(holder, name));
    cache(holder, OF_MAPS).template(true);
    return new Caches(holder);
  }

  /** Identities of the members that are present; none before the start and after the end. */
  static List<String> members(DefaultCacheManager caches) {
    List<Address> members = caches.getMembers();
    return members == null ? List.of() : members.stream().map(Object::toString).toList();
  }

  /** Whether this member is the one that does what one of all has to do. */
  static boolean isCoordinator(DefaultCacheManager caches) {
    return Objects.equals(caches.getCoordinator(), caches.getAddress());
  }

  /**
   * Lets nobody be the coordinator in the eyes of Vert.x's manager, which would clean up after
   * members that are gone while it holds the lock that event loops take to announce something. If
   * they are not gone but silent, or think so of this member, each address takes 15 s of that.
   * {@link Purge} does the same work without a lock.
   */
  private static final class Caches extends DefaultCacheManager {
    Caches(ConfigurationBuilderHolder holder) {
      super(holder, false);
    }

    @Override
    public boolean isCoordinator() {
      return false;
    }
  }

  private static ConfigurationBuilder cache(ConfigurationBuilderHolder holder, String name) {
    ConfigurationBuilder cache = holder.newConfigurationBuilder(name);
    cache
        .clustering()
        .cacheMode(CacheMode.REPL_SYNC)
        .remoteTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
        .locking()
        .lockAcquisitionTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
        .clustering()
        .stateTransfer()
        .timeout(TRANSFER_SECONDS, TimeUnit.SECONDS);
    return cache;
  }
}
