package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldPassWhenEveryFrameIsOk(boolean stopped) {
    assertThat(Verdict.reasons(outcomes(Map.of(Outcome.OK, 1L)), stopped)).isEmpty();
  }

  @Test
  void shouldPassWhenTheRestWasCancelledByTheUser() {
    Outcomes outcomes = outcomes(Map.of(Outcome.OK, 1L, Outcome.CANCELLED, 3L));

    assertThat(Verdict.reasons(outcomes, true)).isEmpty();
    assertThat(Verdict.reasons(outcomes, false)).containsExactly("3 frames cancelled");
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OK", "CANCELLED"})
  void shouldFailForEveryOtherOutcome(Outcome outcome) {
    assertThat(Verdict.reasons(outcomes(Map.of(Outcome.OK, 1000L, outcome, 1L)), true))
        .singleElement()
        .asString()
        .isEqualTo("1 " + (outcome.isOfConnection() ? "connection " : "frame ") + outcome.key());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldFailWhenNoFrameCameBack(boolean stopped) {
    assertThat(Verdict.reasons(Outcomes.none(), stopped)).containsExactly("no frame was ok");
    assertThat(Verdict.reasons(outcomes(Map.of(Outcome.CANCELLED, 2L)), stopped))
        .contains("no frame was ok");
  }

  @Test
  void shouldNameEveryReason() {
    assertThat(
            Verdict.reasons(
                outcomes(Map.of(Outcome.TIMEOUT, 2L, Outcome.REFUSED, 3L, Outcome.LOST, 1L)),
                false))
        .containsExactly(
            "2 frames timeout", "1 frame lost", "3 connections refused", "no frame was ok");
  }

  private static Outcomes outcomes(Map<Outcome, Long> counts) {
    return new Outcomes(counts);
  }
}
