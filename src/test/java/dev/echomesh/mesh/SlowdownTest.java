package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlowdownTest {
  private static final long MILLI = 1_000_000;

  private final Slowdown slowdown = new Slowdown();

  @Test
  void shouldNotBotherAboutAPauseOrTwo() {
    for (int i = 0; i < 10 * Slowdown.WINDOW; i++) {
      assertThat(slowdown.add(i % 5 == 0 ? 3000 * MILLI : MILLI)).isFalse();
    }
    assertThat(slowdown.factor()).isEqualTo(1);
  }

  @Test
  void shouldSlowDownStepByStepUpToALimit() {
    assertThat(IntStream.range(0, 5).map(i -> after(150)).toArray()).containsExactly(2, 4, 8, 8, 8);
  }

  @Test
  void shouldRecoverStepByStep() {
    IntStream.range(0, 3).forEach(i -> after(150));

    assertThat(IntStream.range(0, 4).map(i -> after(1)).toArray()).containsExactly(4, 2, 1, 1);
  }

  @Test
  void shouldStayAsItIsBetweenLateAndPunctual() {
    int unused = after(150);

    assertThat(after(50)).isEqualTo(2);
  }

  private int after(long lagMillis) {
    boolean unused = false;
    for (int i = 0; i < Slowdown.WINDOW; i++) {
      unused = slowdown.add(lagMillis * MILLI);
    }
    return slowdown.factor();
  }
}
