package dev.echomesh.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegistrationsTest {
  private static final RegistrationInfo ONE = new RegistrationInfo("here", 1, false);
  private static final RegistrationInfo TWO = new RegistrationInfo("here", 2, false);

  private final Registrations registrations = new Registrations();

  @Test
  void shouldKnowEveryConsumerOfAnAddressUntilItIsRemoved() {
    registrations.add("address", ONE);
    registrations.add("address", TWO);
    assertThat(registrations.has("address", ONE)).isTrue();
    assertThat(registrations.all()).containsEntry("address", Set.of(ONE, TWO));

    registrations.remove("address", ONE);
    assertThat(registrations.has("address", ONE)).isFalse();
    assertThat(registrations.has("address", TWO)).isTrue();

    registrations.remove("address", TWO);
    assertThat(registrations.all()).isEmpty();
  }

  @Test
  void shouldLeaveOutWhatTheClusterIsNotTold() {
    registrations.add("address", new RegistrationInfo("here", 1, true));

    assertThat(registrations.all()).isEmpty();
  }

  @Test
  void shouldNotMindWhatItDoesNotKnow() {
    registrations.remove("address", ONE);

    assertThat(registrations.has("address", ONE)).isFalse();
  }
}
