package dev.echomesh.mesh.engine;

import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The consumers that this node has told the cluster of. Thread-safe. */
final class Registrations {
  private final Map<String, Set<RegistrationInfo>> byAddress = new ConcurrentHashMap<>();

  void add(String address, RegistrationInfo registration) {
    if (!registration.localOnly()) {
      byAddress.compute(
          address,
          (same, known) -> {
            Set<RegistrationInfo> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(registration);
            return all;
          });
    }
  }

  void remove(String address, RegistrationInfo registration) {
    byAddress.computeIfPresent(
        address,
        (same, known) -> {
          known.remove(registration);
          return known.isEmpty() ? null : known;
        });
  }

  boolean has(String address, RegistrationInfo registration) {
    return byAddress.getOrDefault(address, Set.of()).contains(registration);
  }

  /** A weakly consistent view. */
  Map<String, Set<RegistrationInfo>> all() {
    return byAddress;
  }
}
