package dev.echomesh.mesh.engine;

import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Lets the event bus see consumers of members only. Those of a node that died stay in the cluster's
 * tables for a while, longer after a partition, and every other request to an address that such a
 * node shared with its next life would go there.
 */
final class PresentOnly implements RegistrationListener {
  private final RegistrationListener bus;
  private final Supplier<Collection<String>> members;

  /**
   * A listener before another.
   *
   * @param members identities of the present members
   */
  PresentOnly(RegistrationListener bus, Supplier<Collection<String>> members) {
    this.bus = bus;
    this.members = members;
  }

  /** Those of them that are at a member. */
  List<RegistrationInfo> of(List<RegistrationInfo> registrations) {
    Set<String> present = Set.copyOf(members.get());
    return registrations.stream().filter(each -> present.contains(each.nodeId())).toList();
  }

  @Override
  public void registrationsUpdated(RegistrationUpdateEvent event) {
    bus.registrationsUpdated(
        new RegistrationUpdateEvent(event.address(), of(event.registrations())));
  }

  @Override
  public void registrationsLost() {
    bus.registrationsLost();
  }

  @Override
  public boolean wantsUpdatesFor(String address) {
    return bus.wantsUpdatesFor(address);
  }
}
