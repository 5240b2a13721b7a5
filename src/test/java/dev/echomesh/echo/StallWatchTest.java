package dev.echomesh.echo;

import static dev.echomesh.echo.StallWatch.Kept.ECHOES;
import static dev.echomesh.echo.StallWatch.Kept.NOTHING;
import static dev.echomesh.echo.StallWatch.Kept.RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StallWatchTest {
  private static final long SECOND = 1_000_000_000;

  private final StallWatch watch = new StallWatch(Duration.ofSeconds(5));

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

  @Test
  void shouldEndAClientThatTakesNoneOfItsEchoesForTheTimeout() {
    assertThat(ending(ECHOES, 5 * SECOND - 1, false)).isNull();
    assertThat(ending(ECHOES, 5 * SECOND, false)).isEqualTo(Ending.STALLED);
    assertThat(ending(ECHOES, 5 * SECOND, true)).isEqualTo(Ending.STALLED);
  }

  @Test
  void shouldLetAClientTakeItsTimeForTheRestOfARecord() {
    assertThat(ending(RECORD, 500 * SECOND, false)).isNull();
  }

  @Test
  void shouldWaitForEverWithoutATimeout() {
    StallWatch patient = new StallWatch(Duration.ZERO);
    assertThat(patient.stalledNanos(ECHOES, 0, 10, 0)).isZero();
    assertThat(patient.ending(patient.stalledNanos(ECHOES, 0, 10, 500 * SECOND), false)).isNull();
  }

  @Test
  void shouldLoseItsPatienceSoonerWhileTheNodeKeepsTooMuch() {
    assertThat(ending(ECHOES, SECOND - 1, true)).isNull();
    assertThat(ending(ECHOES, SECOND, true)).isEqualTo(Ending.MAX_BUFFERED);
    assertThat(ending(RECORD, SECOND, true)).isEqualTo(Ending.MAX_BUFFERED);
    assertThat(ending(NOTHING, 500 * SECOND, true)).isNull();
  }

  private static @Nullable Ending ending(StallWatch.Kept kept, long afterNanos, boolean tooMuch) {
    StallWatch asked = new StallWatch(Duration.ofSeconds(5));
    assertThat(asked.stalledNanos(kept, 0, 10, 0)).isZero();
    return asked.ending(asked.stalledNanos(kept, 0, 10, afterNanos), tooMuch);
  }
}
