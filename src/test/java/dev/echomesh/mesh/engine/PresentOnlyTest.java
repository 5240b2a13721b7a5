package dev.echomesh.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresentOnlyTest {
  private static final RegistrationInfo HERE = new RegistrationInfo("here", 1, false);
  private static final RegistrationInfo THERE = new RegistrationInfo("there", 1, false);
  private static final RegistrationInfo GONE = new RegistrationInfo("gone", 1, false);

  private final List<String> members = new ArrayList<>(List.of("here", "there"));
  private final List<Object> told = new ArrayList<>();
  private final PresentOnly filter = new PresentOnly(new Bus(), () -> members);

  private final class Bus implements RegistrationListener {
    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
      told.add(event.address());
      told.addAll(event.registrations());
    }

    @Override
    public void registrationsLost() {
      told.add("lost");
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return address.equals("wanted");
    }
  }

  @Test
  void shouldTellOfConsumersOfMembersOnly() {
    filter.registrationsUpdated(
        new RegistrationUpdateEvent("address", List.of(GONE, HERE, GONE, THERE)));

    assertThat(told).containsExactly("address", HERE, THERE);
  }

  @Test
  void shouldTellThatNobodyIsLeft() {
    filter.registrationsUpdated(new RegistrationUpdateEvent("address", List.of(GONE)));

    assertThat(told).containsExactly("address");
  }

  @Test
  void shouldGoByTheMembersOfNow() {
    members.remove("there");
    assertThat(filter.of(List.of(HERE, THERE))).containsExactly(HERE);

    members.add("gone");
    assertThat(filter.of(List.of(HERE, THERE, GONE))).containsExactly(HERE, GONE);
  }

  @Test
  void shouldPassOnEverythingElse() {
    filter.registrationsLost();

    assertThat(told).containsExactly("lost");
    assertThat(filter.wantsUpdatesFor("wanted")).isTrue();
    assertThat(filter.wantsUpdatesFor("other")).isFalse();
  }
}
