package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeartbeatTest {
  @Test
  void shouldFindNothingInARegularBeat() {
    Heartbeat heartbeat = new Heartbeat(50, 1000);
    for (long now = 1050; now < 2000; now += 50) {
      assertThat(heartbeat.beat(now)).isZero();
    }
    assertThat(heartbeat.longestNanos()).isZero();
  }

  @Test
  void shouldRememberTheLongestStandstill() {
    Heartbeat heartbeat = new Heartbeat(50, 0);

    assertThat(heartbeat.beat(80)).isEqualTo(30);
    assertThat(heartbeat.beat(830)).isEqualTo(700);
    assertThat(heartbeat.beat(890)).isEqualTo(10);
    assertThat(heartbeat.longestNanos()).isEqualTo(700);
  }

  @Test
  void shouldNotTakeABeatThatCatchesUpForALateOne() {
    Heartbeat heartbeat = new Heartbeat(50, Long.MAX_VALUE - 20);

    assertThat(heartbeat.beat(Long.MAX_VALUE - 19)).isZero();
    assertThat(heartbeat.beat(Long.MIN_VALUE + 60)).as("the clock wrapped").isEqualTo(30);
  }
}
