package dev.echomesh.echo;

import static dev.echomesh.echo.StallWatch.Kept.ECHOES;
import static dev.echomesh.echo.StallWatch.Kept.NOTHING;
import static dev.echomesh.echo.StallWatch.Kept.RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StallWatchTest {
  private final StallWatch watch = new StallWatch();

  @Test
  void shouldNotBlameAClientThatIsOwedNothing() {
    assertThat(watch.stalledNanos(NOTHING, 0, 0, 0)).isZero();
    assertThat(watch.stalledNanos(NOTHING, 0, 0, 1000)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 0, 10, 2000)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 0, 10, 2500)).isEqualTo(500);
  }

  @Test
  void shouldBeginAnewWithEveryByteTaken() {
    assertThat(watch.stalledNanos(ECHOES, 5, 10, 0)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 5, 10, 100)).isEqualTo(100);
    assertThat(watch.stalledNanos(ECHOES, 6, 10, 200)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 6, 10, 300)).isEqualTo(100);
  }

  @Test
  void shouldSeeTheRecordsThatAClientOverTlsTakes() {
    assertThat(watch.stalledNanos(ECHOES, 0, 10, 0)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 0, 9, 100)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 0, 9, 200)).isEqualTo(100);
  }

  @Test
  void shouldNotTakeMoreThatIsOwedForProgress() {
    assertThat(watch.stalledNanos(ECHOES, 0, 10, 0)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 0, 20, 100)).isEqualTo(100);
    assertThat(watch.stalledNanos(ECHOES, 0, 30, 200)).isEqualTo(200);
  }

  @Test
  void shouldBeginAnewWhenAnotherThingIsKept() {
    assertThat(watch.stalledNanos(RECORD, 0, 0, 0)).isZero();
    assertThat(watch.stalledNanos(RECORD, 0, 0, 900)).isEqualTo(900);
    assertThat(watch.stalledNanos(ECHOES, 0, 10, 1000)).isZero();
    assertThat(watch.stalledNanos(ECHOES, 0, 10, 1100)).isEqualTo(100);
    assertThat(watch.stalledNanos(NOTHING, 10, 0, 1200)).isZero();
  }
}
