package dev.echomesh.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(longs = {0, -3, Long.MAX_VALUE - 10, Long.MIN_VALUE})
  void shouldLetABurstOfASecondThroughAndThenOneAtATime(long start) {
    RateLimit limit = new RateLimit(start);

    assertThat(taken(limit, 10, start, 100)).isEqualTo(10);
    assertThat(taken(limit, 10, start + SECOND / 10 - 1, 100)).isZero();
    assertThat(taken(limit, 10, start + SECOND / 10, 100)).isEqualTo(1);
    assertThat(taken(limit, 10, start + SECOND / 2, 100)).isEqualTo(4);
  }

  @Test
  void shouldSaveUpNoMoreThanASecond() {
    RateLimit limit = new RateLimit(0);

    assertThat(taken(limit, 10, 0, 100)).isEqualTo(10);
    assertThat(taken(limit, 10, 3600 * SECOND, 100)).isEqualTo(10);
  }

  @Test
  void shouldKeepItsRateOverALongTime() {
    RateLimit limit = new RateLimit(0);
    long let =
        LongStream.range(0, 100_000)
            .filter(millisecond -> limit.take(7, millisecond * 1_000_000))
            .count();

    assertThat(let).isBetween(100 * 7L, 100 * 7L + 7);
  }

  @Test
  void shouldFollowAChangedRate() {
    RateLimit limit = new RateLimit(0);
    assertThat(taken(limit, 1, 0, 100)).isEqualTo(1);
    assertThat(taken(limit, 1_000_000, SECOND / 2, 2_000_000)).isEqualTo(500_000);
    assertThat(taken(limit, 2, SECOND, 100)).isEqualTo(1);
  }

  private static long taken(RateLimit limit, int perSecond, long nowNanos, int tries) {
    return LongStream.range(0, tries).filter(i -> limit.take(perSecond, nowNanos)).count();
  }
}
