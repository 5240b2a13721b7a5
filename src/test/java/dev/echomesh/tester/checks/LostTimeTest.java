package dev.echomesh.tester.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LostTimeTest {
  private long nowNanos = -5;
  private final LostTime lost = new LostTime(() -> nowNanos);

  @Test
  void shouldHaveLostNothingWhileBeatsComeAsUsual() {
    for (int i = 0; i < 1000; i++) {
      pass(Duration.ofMillis(90));
      lost.beat();
    }

    assertThat(lost.lostNanos()).isZero();
  }

  @Test
  void shouldCountWhatIsBeyondTheUsualPauseOnceWhetherOrNotABeatHasCome() {
    pass(Duration.ofMillis(1100));
    assertThat(lost.lostNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());

    lost.beat();
    pass(Duration.ofMillis(20));
    assertThat(lost.lostNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());

    pass(Duration.ofMillis(580));
    assertThat(lost.lostNanos()).isEqualTo(Duration.ofMillis(1500).toNanos());
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }
}
