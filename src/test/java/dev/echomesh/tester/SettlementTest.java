package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Outcome;
import dev.echomesh.wire.PeerEnd;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SettlementTest {
  private static final long TIMEOUT_NANOS = 1000;

  private final FrameLedger ledger = new FrameLedger(8, TIMEOUT_NANOS);
  private final LoopResult result = new LoopResult();
  private final Load.Window load = new Load.Window(8, 3);
  private final Settlement settlement = new Settlement(7, ledger, load, result);

  @Test
  void shouldEndWhatIsOutstandingAndSayHowMuchItWas() {
    send(3);
    back(1);
    settlement.ended(Outcome.RESET, "Connection reset", 0, false);

    assertOutcomes(Map.of(Outcome.OK, 1L, Outcome.RESET, 2L));
    assertThat(result.problems)
        .containsExactly("connection 7: Connection reset, 2 frames outstanding");
  }

  @Test
  void shouldSayNothingOfAnEndAfterEverythingCameBack() {
    send(3);
    back(3);
    settlement.ended(Outcome.CLOSED, "the peer closed the connection", 0, false);

    assertOutcomes(Map.of(Outcome.OK, 3L));
    assertThat(result.problems).isEmpty();
    assertThat(ledger.isEnded()).isTrue();
  }

  @Test
  void shouldBlameTheNextFrameForAnEndBeforeIt() {
    send(2);
    back(2);
    settlement.ended(Outcome.CLOSED, "the peer closed the connection", 0, true);

    assertOutcomes(Map.of(Outcome.OK, 2L, Outcome.CLOSED, 1L));
    assertThat(result.problems).containsExactly("connection 7: the peer ended before frame 2");
  }

  @Test
  void shouldBlameNoFrameForAnEndOfOurOwn() {
    send(2);
    back(2);
    settlement.ended(Outcome.CANCELLED, "it was ended", 0, true);

    assertOutcomes(Map.of(Outcome.OK, 2L));
    assertThat(result.problems).isEmpty();
  }

  @Test
  void shouldTakeBytesTooManyForAFaultOfTheLastFrame() {
    send(3);
    back(3);
    settlement.ended(Outcome.CLOSED, "the peer closed the connection", 5, false);

    assertOutcomes(Map.of(Outcome.OK, 2L, Outcome.MISMATCH, 1L));
    assertThat(result.problems).containsExactly("connection 7: 5 bytes too many came");
  }

  @Test
  void shouldTellAnEndInsideAFrame() {
    send(3);
    back(1);
    settlement.truncated(PeerEnd.ORDERLY, 5);
    settlement.ended(Outcome.CLOSED, "the peer closed the connection", 5, true);

    assertOutcomes(Map.of(Outcome.OK, 1L, Outcome.TRUNCATED, 1L, Outcome.CLOSED, 1L));
    assertThat(result.problems)
        .containsExactly("connection 7: the peer ended after 5 bytes of frame 1");
  }

  @Test
  void shouldMissCloseNotifyOnlyWhileFramesAreOutstanding() {
    send(1);
    back(1);
    settlement.truncated(PeerEnd.TRUNCATED, 0);
    assertThat(result.problems).isEmpty();

    send(1);
    settlement.truncated(PeerEnd.TRUNCATED, 0);
    assertOutcomes(Map.of(Outcome.OK, 1L, Outcome.TRUNCATED, 1L));
    assertThat(result.problems)
        .containsExactly("connection 7: the peer ended without close_notify");
  }

  @Test
  void shouldSettleOnce() {
    send(1);
    settlement.ended(Outcome.RESET, "Connection reset", 0, true);
    settlement.ended(Outcome.CLOSED, "the connection was closed", 3, true);

    assertOutcomes(Map.of(Outcome.RESET, 1L));
    assertThat(result.problems).hasSize(1);
  }

  @Test
  void shouldGiveUpWhatWasDueWhenTheFrameWhoseTurnItIsTimedOut() {
    Load.Due due = new Load.Due(new LatencyRecorder());
    Settlement openLoop = new Settlement(7, ledger, due, result);
    ledger.send(0);
    ledger.send(10);
    due.add(20, 20, true);

    assertThat(openLoop.expire(TIMEOUT_NANOS - 1)).isFalse();
    assertThat(openLoop.expire(TIMEOUT_NANOS)).isTrue();
    assertOutcomes(Map.of(Outcome.TIMEOUT, 1L, Outcome.CANCELLED, 2L));
    assertThat(result.problems).containsExactly("connection 7: frame 0 did not come back in time");
  }

  private void send(int frames) {
    for (int i = 0; i < frames; i++) {
      ledger.send(load.take(0));
    }
  }

  private void back(int frames) {
    for (int i = 0; i < frames; i++) {
      ledger.intact(ledger.nextExpected());
    }
  }

  private void assertOutcomes(Map<Outcome, Long> expected) {
    Map<Outcome, Long> some =
        ledger.outcomes().counts().entrySet().stream()
            .filter(each -> each.getValue() > 0)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertThat(some).isEqualTo(expected);
  }
}
