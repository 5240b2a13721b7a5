package dev.echomesh.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.testing.LocalNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** With the tables of a cluster of one. */
@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // the field is set before the first test
class PurgeTest {
  private static final RegistrationInfo HERE = new RegistrationInfo("here", 1, false);
  private static final RegistrationInfo GONE = new RegistrationInfo("gone", 1, false);
  private static final RegistrationInfo GONE_TOO = new RegistrationInfo("gone", 2, false);

  private final List<String> removed = new ArrayList<>();
  private DefaultCacheManager caches;

  @BeforeAll
  void openTables() {
    GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
    global.jmx().disable();
    caches = new DefaultCacheManager(global.build());
    for (String name : List.of(CacheManagers.NODE_INFO, CacheManagers.SUBSCRIPTIONS)) {
      caches.defineConfiguration(name, new ConfigurationBuilder().build());
    }
  }

  @AfterAll
  void closeTables() {
    if (caches != null) {
      caches.stop();
    }
  }

  @BeforeEach
  void fillTables() {
    removed.clear();
    caches.getCache(CacheManagers.NODE_INFO).putAll(Map.of("here", 1, "gone", 2));
    caches.getCache(CacheManagers.SUBSCRIPTIONS).putAll(Map.of("a", 1, "b", 2));
  }

  @Test
  void shouldTakeOutEverythingOfNodesThatAreGoneAndNothingElse(Vertx vertx) {
    Map<String, List<RegistrationInfo>> consumers =
        Map.of("a", List.of(GONE, HERE, GONE_TOO), "b", List.of(HERE));

    LocalNode.await(
        purge(vertx, address -> consumers.getOrDefault(address, List.of()), this::remove).run());

    assertThat(caches.getCache(CacheManagers.NODE_INFO).keySet()).containsExactly("here");
    assertThat(removed).containsExactly("a gone 1", "a gone 2");
  }

  @Test
  void shouldFailIfSomethingCannotBeTakenOut(Vertx vertx) {
    Purge purge =
        purge(
            vertx,
            address -> List.of(GONE),
            (address, gone) -> Future.failedFuture(new IllegalStateException("no answer")));

    assertThatThrownBy(() -> LocalNode.await(purge.run())).hasMessage("no answer");
  }

  private Purge purge(
      Vertx vertx,
      Function<String, List<RegistrationInfo>> consumers,
      BiFunction<String, RegistrationInfo, Future<Void>> remover) {
    return new Purge(
        vertx,
        caches,
        () -> List.of("here"),
        address -> Future.succeededFuture(consumers.apply(address)),
        remover);
  }

  private Future<Void> remove(String address, RegistrationInfo each) {
    removed.add(address + " " + each.nodeId() + " " + each.seq());
    return Future.succeededFuture();
  }
}
