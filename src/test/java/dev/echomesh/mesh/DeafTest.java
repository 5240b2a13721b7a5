package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeafTest {
  private static final long PATIENCE = Deaf.PATIENCE.toNanos();

  private final Deaf deaf = new Deaf();

  @Test
  void shouldTellOnceOfAMemberThatHearsNothingForLong() {
    assertThat(deaf.unheard("b", 0)).isFalse();
    assertThat(deaf.unheard("b", PATIENCE - 1)).isFalse();
    assertThat(deaf.unheard("b", PATIENCE)).isTrue();
    assertThat(deaf.unheard("b", 2 * PATIENCE)).isFalse();
    assertThat(deaf.heard("b")).isTrue();
    assertThat(deaf.heard("b")).isFalse();
  }

  @Test
  void shouldBeginAnewWithEveryMessageThatIsHeard() {
    assertThat(deaf.unheard("b", 0)).isFalse();
    assertThat(deaf.heard("b")).isFalse();
    assertThat(deaf.unheard("b", PATIENCE)).isFalse();
    assertThat(deaf.unheard("c", PATIENCE)).isFalse();
    assertThat(deaf.unheard("b", 2 * PATIENCE)).isTrue();
  }

  @Test
  void shouldForgetWhoIsNoMember() {
    assertThat(deaf.unheard("b", 0)).isFalse();
    deaf.retain(List.of("a"));
    assertThat(deaf.unheard("b", PATIENCE)).isFalse();
  }
}
