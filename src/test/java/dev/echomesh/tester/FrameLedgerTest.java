package dev.echomesh.tester;

import static dev.echomesh.bus.Outcome.CANCELLED;
import static dev.echomesh.bus.Outcome.CLOSED;
import static dev.echomesh.bus.Outcome.DUPLICATED;
import static dev.echomesh.bus.Outcome.FOREIGN;
import static dev.echomesh.bus.Outcome.LOST;
import static dev.echomesh.bus.Outcome.MISMATCH;
import static dev.echomesh.bus.Outcome.OK;
import static dev.echomesh.bus.Outcome.REORDERED;
import static dev.echomesh.bus.Outcome.RESET;
import static dev.echomesh.bus.Outcome.TIMEOUT;
import static dev.echomesh.bus.Outcome.TRUNCATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameLedgerTest {
  private static final int WINDOW = 16;
  private static final long TIMEOUT_NANOS = 1000;

  private final FrameLedger ledger = new FrameLedger(WINDOW, TIMEOUT_NANOS);

  @Test
  void shouldKeepNoAccountOfNothing() {
    assertThat(ledger.outcomes()).isEqualTo(Outcomes.none());
    assertThat(ledger.isSettled()).isTrue();
    assertThat(ledger.expire(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void shouldCountSequencesFromZeroAndSayWhenEachWasSent() {
    assertThat(ledger.send(100)).isZero();
    assertThat(ledger.send(200)).isEqualTo(1);
    assertThat(ledger.inFlight()).isEqualTo(2);
    assertThat(ledger.isSettled()).isFalse();

    assertThat(ledger.intact(0)).isEqualTo(100);
    assertThat(ledger.nextExpected()).isEqualTo(1);
    assertThat(ledger.intact(1)).isEqualTo(200);
    assertThat(ledger.isSettled()).isTrue();
    assertOutcomes(Map.of(OK, 2L));
  }

  /** In an open loop more is in flight than anybody has foreseen. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 100})
  void shouldGrowWithWhatIsInFlight(int answeredBefore) {
    FrameLedger small = new FrameLedger(1, TIMEOUT_NANOS);
    for (int i = 0; i < answeredBefore; i++) {
      assertThat(small.send(i)).isEqualTo(i);
      assertThat(small.intact(i)).isEqualTo(i);
    }
    int last = answeredBefore + 10_000;
    for (int i = answeredBefore; i < last; i++) {
      assertThat(small.send(i)).isEqualTo(i);
    }
    assertThat(small.inFlight()).isEqualTo(10_000);
    for (int i = answeredBefore; i < last; i++) {
      assertThat(small.intact(i)).isEqualTo(i);
    }
    assertThat(small.isSettled()).isTrue();
    assertThat(small.outcomes().counts()).isEqualTo(Map.of(OK, (long) last));
  }

  @Test
  void shouldCountFramesThatWereDueAndNeverSent() {
    assertThat(ledger.send(0)).isZero();
    assertThat(ledger.expire(TIMEOUT_NANOS)).isTrue();
    ledger.cancelUnsent(7);
    ledger.cancelUnsent(0);

    assertOutcomes(Map.of(TIMEOUT, 1L, CANCELLED, 7L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 15, 16, 17, 4095, 4096, 4097, 65_536})
  void shouldRememberSendTimesThroughEveryWindow(int window) {
    FrameLedger wide = new FrameLedger(window, TIMEOUT_NANOS);
    long expected = 0;
    for (int round = 0; round < 5; round++) {
      while (wide.inFlight() < window) {
        wide.send(10 * wide.sent());
      }
      for (int i = 0; i <= window / 2; i++) {
        assertThat(wide.intact(expected)).isEqualTo(10 * expected);
        expected++;
      }
    }
    assertThat(wide.ok()).isEqualTo(expected);
    assertThat(wide.outcomes().frames()).isEqualTo(expected);
  }

  @Test
  void shouldTimeTheFrameOutWhoseTurnItIsAndCancelTheRest() {
    ledger.send(0);
    ledger.send(500);
    ledger.send(999);

    assertThat(ledger.expire(999)).isFalse();
    assertThat(ledger.expire(1000)).isTrue();
    assertThat(ledger.isEnded()).isTrue();
    assertOutcomes(Map.of(TIMEOUT, 1L, CANCELLED, 2L));
  }

  @Test
  void shouldMeasureEachFramesTimeFromItsOwnSend() {
    send(1, 0);
    send(1, 600);
    ledger.intact(0);

    assertThat(ledger.expire(1599)).isFalse();
    assertThat(ledger.expire(1600)).isTrue();
    assertOutcomes(Map.of(OK, 1L, TIMEOUT, 1L));
  }

  @Test
  void shouldStandAClockThatWrapsAround() {
    long beforeWrap = Long.MAX_VALUE - 10;
    ledger.send(beforeWrap);

    assertThat(ledger.expire(beforeWrap + TIMEOUT_NANOS - 1)).isFalse();
    assertThat(ledger.expire(beforeWrap + TIMEOUT_NANOS)).isTrue();
  }

  @Test
  void shouldLoseAFrameThatWasOvertakenAndNeverCame() {
    send(3, 0);
    ledger.intact(0);
    ledger.intact(2);
    assertThat(ledger.inFlight()).isZero();
    assertThat(ledger.isSettled()).isFalse();
    assertThat(ledger.expire(999)).isFalse();
    assertOutcomes(Map.of(OK, 2L));

    assertThat(ledger.expire(1000)).isFalse();
    assertThat(ledger.isSettled()).isTrue();
    assertThat(ledger.isEnded()).isFalse();
    assertOutcomes(Map.of(OK, 2L, LOST, 1L));
  }

  @Test
  void shouldSeeThatAFrameWasOvertakenAndCame() {
    send(3, 0);
    assertThat(ledger.intact(1)).isZero();
    assertThat(ledger.intact(0)).isEqualTo(FrameLedger.NOT_OK);
    ledger.intact(2);

    assertThat(ledger.isSettled()).isTrue();
    assertOutcomes(Map.of(OK, 2L, REORDERED, 1L));
  }

  @Test
  void shouldCountAFrameOnceHoweverOftenItCame() {
    send(2, 0);
    ledger.intact(0);
    assertThat(ledger.intact(0)).isEqualTo(FrameLedger.NOT_OK);
    ledger.intact(0);
    ledger.intact(1);

    assertOutcomes(Map.of(OK, 1L, DUPLICATED, 1L));
  }

  @Test
  void shouldLeaveAReorderedFrameReorderedWhenItComesAgain() {
    send(2, 0);
    ledger.intact(1);
    ledger.intact(0);
    ledger.intact(0);

    assertOutcomes(Map.of(OK, 1L, REORDERED, 1L));
  }

  @Test
  void shouldLeaveALostFrameLostWhenItComesTooLate() {
    send(2, 0);
    ledger.intact(1);
    ledger.expire(1000);
    ledger.intact(0);

    assertOutcomes(Map.of(OK, 1L, LOST, 1L));
  }

  @Test
  void shouldTellADuplicateFromTheDistantPast() {
    for (int i = 0; i < 10_000; i++) {
      send(1, i);
      ledger.intact(i);
    }
    ledger.intact(3);
    ledger.intact(9_990);

    assertOutcomes(Map.of(OK, 9_998L, DUPLICATED, 2L));
  }

  @Test
  void shouldBlameTheFrameThatTheBytesNameOrElseTheExpectedOne() {
    send(4, 0);
    ledger.corrupt(0);
    ledger.corrupt(-1);
    ledger.corrupt(Long.MAX_VALUE);
    ledger.intact(3);

    assertThat(ledger.isSettled()).isTrue();
    assertOutcomes(Map.of(OK, 1L, MISMATCH, 3L));
  }

  @Test
  void shouldMissWhatACorruptFrameOvertook() {
    send(3, 0);
    ledger.corrupt(2);
    ledger.intact(0);
    ledger.expire(1000);

    assertOutcomes(Map.of(MISMATCH, 1L, REORDERED, 1L, LOST, 1L));
  }

  @Test
  void shouldTakeAMissingFrameThatComesBrokenForBroken() {
    send(2, 0);
    ledger.intact(1);
    ledger.corrupt(0);

    assertOutcomes(Map.of(OK, 1L, MISMATCH, 1L));
  }

  @Test
  void shouldBlameAGoodFrameWhenASecondBrokenCopyCame() {
    send(2, 0);
    ledger.intact(0);
    ledger.corrupt(0);
    ledger.intact(1);

    assertOutcomes(Map.of(OK, 1L, MISMATCH, 1L));
  }

  @Test
  void shouldGiveTheExpectedFrameAwayToAForeignOne() {
    send(2, 0);
    ledger.foreign();
    ledger.intact(1);

    assertOutcomes(Map.of(FOREIGN, 1L, OK, 1L));
  }

  @Test
  void shouldNotCountAFrameAgainThatComesAfterTheForeignOneInItsPlace() {
    send(2, 0);
    ledger.foreign();
    ledger.intact(0);
    ledger.intact(1);

    assertOutcomes(Map.of(FOREIGN, 1L, OK, 1L));
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 100, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void shouldTakeAFrameThatWasNeverSentForForeign(long sequence) {
    send(5, 0);
    assertThat(ledger.intact(sequence)).isEqualTo(FrameLedger.NOT_OK);
    ledger.end(CLOSED);

    assertOutcomes(Map.of(FOREIGN, 1L, CLOSED, 4L));
  }

  @Test
  void shouldTruncateTheFrameThatThePeerEndedIn() {
    send(3, 0);
    ledger.intact(0);
    ledger.truncated();

    assertThat(ledger.isEnded()).isTrue();
    assertOutcomes(Map.of(OK, 1L, TRUNCATED, 1L, CLOSED, 1L));
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"CLOSED", "RESET", "CANCELLED"})
  void shouldEndEverythingOutstandingInOneWay(Outcome outcome) {
    send(4, 0);
    ledger.intact(0);
    ledger.end(outcome);

    assertThat(ledger.inFlight()).isZero();
    assertOutcomes(Map.of(OK, 1L, outcome, 3L));
  }

  @Test
  void shouldLoseWhatIsMissingAtTheEnd() {
    send(4, 0);
    ledger.intact(2);
    ledger.end(RESET);

    assertOutcomes(Map.of(OK, 1L, RESET, 1L, LOST, 2L));
  }

  @Test
  void shouldEndOnce() {
    send(2, 0);
    ledger.end(CLOSED);
    ledger.end(RESET);

    assertThat(ledger.expire(Long.MAX_VALUE)).isFalse();
    assertOutcomes(Map.of(CLOSED, 2L));
  }

  /** With nothing in flight, what came too much shows on the frame before it. */
  @ParameterizedTest
  @CsvSource({"corrupt, MISMATCH", "foreign, FOREIGN", "truncated, MISMATCH"})
  void shouldBlameTheLastFrameForWhatNobodyAskedFor(String what, Outcome outcome) {
    send(2, 0);
    ledger.intact(0);
    ledger.intact(1);
    unasked(ledger, what);
    unasked(ledger, what);
    ledger.end(CLOSED);

    assertOutcomes(Map.of(OK, 1L, outcome, 1L));
  }

  @ParameterizedTest
  @CsvSource({"corrupt, MISMATCH", "foreign, FOREIGN"})
  void shouldBlameTheFirstFrameForWhatCameBeforeIt(String what, Outcome outcome) {
    unasked(ledger, what);
    send(2, 0);
    ledger.intact(0);
    ledger.intact(1);
    ledger.end(CLOSED);

    assertOutcomes(Map.of(OK, 1L, outcome, 1L));
  }

  @Test
  void shouldNotBlameAnotherFrameThanTheLateOneWhenTheWindowIsWiderThanItsMemory() {
    FrameLedger wide = new FrameLedger(10_000, TIMEOUT_NANOS);
    send(wide, 10_000, 0);
    wide.intact(9_999);
    wide.expire(1000);
    assertThat(wide.outcomes().counts()).isEqualTo(Map.of(OK, 1L, LOST, 9_999L));

    wide.intact(0);
    wide.intact(1);

    assertThat(wide.outcomes().frames()).isEqualTo(10_000);
    assertThat(wide.ok()).isNotNegative();
  }

  @Test
  void shouldTellDuplicatesAlsoAfterAnOldFrameWasDecidedLate() {
    FrameLedger wide = new FrameLedger(5_000, TIMEOUT_NANOS);
    send(wide, 4_097, 0);
    for (int i = 1; i < 4_097; i++) {
      wide.intact(i);
    }
    wide.intact(0);
    wide.intact(4_096);

    assertThat(wide.outcomes().counts())
        .isEqualTo(Map.of(REORDERED, 1L, OK, 4_095L, DUPLICATED, 1L));
  }

  @Test
  void shouldRememberOnlySoManyMissingFrames() {
    FrameLedger wide = new FrameLedger(65_536, TIMEOUT_NANOS);
    long sent = 0;
    for (int round = 0; round < 3; round++) {
      send(wide, 65_536, 0);
      sent += 65_536;
      wide.intact(sent - 1);
    }
    wide.end(CLOSED);

    assertThat(wide.outcomes().counts()).isEqualTo(Map.of(OK, 3L, LOST, sent - 3));
  }

  static List<Long> seeds() {
    return new Random(System.nanoTime()).longs(60).boxed().toList();
  }

  /** The seed is the test's argument, so a failure names it. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void shouldAlwaysAddUpToTheFramesSent(long seed) {
    Random random = new Random(seed);
    int window = 1 << random.nextInt(14);
    FrameLedger any = new FrameLedger(window, TIMEOUT_NANOS);
    long now = random.nextLong();
    int hostility = random.nextInt(100);
    for (int event = 0; event < 500 && !any.isEnded(); event++) {
      now += random.nextInt(20);
      while (any.inFlight() < window && random.nextInt(window + 1) > 0) {
        any.send(now);
      }
      if (random.nextInt(100) >= hostility) {
        if (any.inFlight() > 0) {
          any.intact(any.nextExpected());
        }
      } else {
        provoke(any, random, window, now);
      }
      assertBalance(any, "seed " + seed + ", event " + event);
    }
    any.end(random.nextBoolean() ? CLOSED : RESET);
    assertThat(any.outcomes().frames()).isEqualTo(any.sent());
    assertThat(any.isSettled()).isTrue();
  }

  private static void provoke(FrameLedger ledger, Random random, int window, long now) {
    long any = ledger.nextExpected() + random.nextInt(3 * window) - window;
    switch (random.nextInt(40)) {
      case 0 -> ledger.foreign();
      case 1 -> ledger.corrupt(random.nextBoolean() ? any : random.nextLong());
      case 2 -> ledger.intact(random.nextLong());
      case 3 -> {
        boolean unused = ledger.expire(now + random.nextInt(2) * TIMEOUT_NANOS / 2);
      }
      case 4 -> {
        if (random.nextInt(200) == 0) {
          ledger.truncated();
        }
      }
      default -> ledger.intact(any);
    }
  }

  /** What is decided, in flight or missing is what was sent; nothing is counted below zero. */
  private static void assertBalance(FrameLedger ledger, String when) {
    Outcomes outcomes = ledger.outcomes();
    if (outcomes.counts().values().stream().anyMatch(count -> count < 0)
        || outcomes.frames() + ledger.inFlight() > ledger.sent()
        || (ledger.isSettled() && outcomes.frames() != ledger.sent())) {
      throw new AssertionError(
          "%s: %s of %d sent, %d in flight"
              .formatted(when, outcomes, ledger.sent(), ledger.inFlight()));
    }
  }

  private void send(int frames, long nowNanos) {
    send(ledger, frames, nowNanos);
  }

  private static void send(FrameLedger ledger, int frames, long nowNanos) {
    for (int i = 0; i < frames; i++) {
      ledger.send(nowNanos);
    }
  }

  private static void unasked(FrameLedger ledger, String what) {
    switch (what) {
      case "corrupt" -> ledger.corrupt(ledger.nextExpected());
      case "foreign" -> ledger.foreign();
      default -> ledger.truncated();
    }
  }

  private void assertOutcomes(Map<Outcome, Long> expected) {
    assertThat(ledger.outcomes().counts()).isEqualTo(expected);
  }
}
