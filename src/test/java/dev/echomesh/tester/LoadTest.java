package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadTest {
  private final LatencyRecorder blocked = new LatencyRecorder();
  private final Load.Due due = new Load.Due(blocked);

  @Test
  void shouldKeepAWindowFull() {
    Load window = new Load.Window(3, 10);

    assertThat(window.hasNext(0)).isTrue();
    assertThat(window.following(0)).isEqualTo(3);
    assertThat(window.take(77)).isEqualTo(77);
    assertThat(window.hasNext(2)).isTrue();
    assertThat(window.following(2)).isEqualTo(1);
    assertThat(window.hasNext(3)).isFalse();
  }

  @Test
  void shouldEndAfterItsFrames() {
    Load window = new Load.Window(16, 2);
    long first = window.take(1);
    long second = window.take(2);

    assertThat(second - first).isEqualTo(1);
    assertThat(window.isExhausted()).isTrue();
    assertThat(window.hasNext(0)).isFalse();
    assertThat(window.following(0)).isZero();
    assertThat(window.giveUp()).isZero();
  }

  @Test
  void shouldOfferNothingOfAWindowOnceStopped() {
    Load window = new Load.Window(16, Long.MAX_VALUE);
    assertThat(window.isExhausted()).isFalse();
    window.stop();

    assertThat(window.isExhausted()).isTrue();
    assertThat(window.hasNext(0)).isFalse();
  }

  @Test
  void shouldStartTheClockOfAFrameWhenItWasIntended() {
    due.add(1_000, 3_000, true);

    assertThat(due.hasNext(1_000_000)).as("whatever is in flight").isTrue();
    assertThat(due.take(9_000_000)).isEqualTo(1_000);
    assertThat(due.hasNext(0)).isFalse();
  }

  @Test
  void shouldCallBlockedOnlyTheTimeAfterTheLoopWoke() {
    due.add(0, 5_000_000, true);
    assertThat(due.take(7_000_000)).isZero();

    assertThat(blocked.micros().getTotalCount()).isEqualTo(1);
    assertThat(blocked.micros().getMaxValue()).isBetween(1990L, 2010L);
  }

  @Test
  void shouldNotMeasureTheWarmUp() {
    due.add(0, 0, false);

    assertThat(due.take(7_000_000)).isZero();
    assertThat(blocked.micros().getTotalCount()).isZero();
  }

  @Test
  void shouldKeepWhatIsDueWhenStoppedAndLoseNoFrame() {
    for (int i = 0; i < 5; i++) {
      due.add(i, i, true);
    }
    due.stop();

    assertThat(due.isExhausted()).isFalse();
    assertThat(due.following(0)).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(due.take(10)).isEqualTo(i);
    }
    assertThat(due.isExhausted()).isTrue();
  }

  @Test
  void shouldNotBeExhaustedBeforeItIsStopped() {
    assertThat(due.isExhausted()).isFalse();
    assertThat(due.hasNext(0)).isFalse();
  }

  @Test
  void shouldTakeNoFrameAfterItWasGivenUp() {
    due.add(1, 1, true);
    due.add(2, 2, true);

    assertThat(due.giveUp()).isEqualTo(2);
    due.add(3, 3, true);
    assertThat(due.hasNext(0)).isFalse();
    assertThat(due.giveUp()).isZero();
  }
}
