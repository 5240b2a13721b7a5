package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RatesTest {
  @Test
  void shouldTellEveryTwoSecondsInASmallMesh() {
    for (int nodes : new int[] {1, 5, 50}) {
      assertThat(Rates.beat(nodes)).isEqualTo(Duration.ofSeconds(2));
      assertThat(Rates.refresh(nodes)).isEqualTo(Duration.ofSeconds(5));
    }
    assertThat(Rates.silence(5)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void shouldHaveEverybodyHearAsManySignsOfLifeInALargeMesh() {
    for (int nodes : new int[] {100, 1000, 10_000}) {
      double heard = (double) nodes / Rates.beat(nodes).toSeconds();

      assertThat(heard).isEqualTo(50);
      assertThat(Rates.silence(nodes)).isGreaterThan(Rates.beat(nodes).multipliedBy(3));
      assertThat(Rates.refresh(nodes)).isGreaterThan(Rates.beat(nodes));
    }
  }
}
