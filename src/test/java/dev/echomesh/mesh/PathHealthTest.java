package dev.echomesh.mesh;

import static dev.echomesh.bus.PathState.DEGRADED;
import static dev.echomesh.bus.PathState.DOWN;
import static dev.echomesh.bus.PathState.FAILING;
import static dev.echomesh.bus.PathState.OK;
import static dev.echomesh.bus.PathState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.PathState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes are written as letters: g good, i impaired, f failed. */
class PathHealthTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int EXHAUSTIVE = 9;

  @ParameterizedTest
  @CsvSource({
    "'', UNKNOWN",
    "f, UNKNOWN",
    "ff, UNKNOWN",
    "fff, FAILING",
    "ffff, DOWN",
    "g, OK",
    "i, OK",
    "fg, OK",
    "ffg, DEGRADED",
    "gf, OK",
    "gff, DEGRADED",
    "gfff, FAILING",
    "gffff, DOWN",
    "gfgf, DEGRADED",
    "gfgfgf, FAILING",
    "gigi, DEGRADED",
    "giiiiiiiiii, DEGRADED",
    "gfggggggggg, OK",
    "ffffg, DOWN",
    "ffffgg, FAILING",
    "ffffgf, DOWN",
    "ffffgfgg, FAILING",
    "ffffggggggggg, DEGRADED",
    "ffffgggggggggg, OK",
    "ffffggggggggfggggggggggg, OK",
    "gffgggggggggg, OK",
    "gffggggggggf, DEGRADED",
    "gigigggggggg, DEGRADED",
    "gigigggggggggg, OK"
  })
  void shouldJudgeTheLatestProbes(String probes, PathState expected) {
    assertThat(after(probes).state()).isEqualTo(expected);
  }

  @Test
  void shouldBearOneBadProbeInTen() {
    PathHealth health = after("g".repeat(20));
    for (int i = 0; i < 1000; i++) {
      assertThat(health.add(i % 10 == 0 ? Grade.FAILED : Grade.GOOD, START)).isFalse();
    }
  }

  @Test
  void shouldSaySinceWhen() {
    PathHealth health = new PathHealth(START);
    assertThat(health.since()).isEqualTo(START);

    assertThat(health.add(Grade.GOOD, START.plusSeconds(1))).isTrue();
    assertThat(health.add(Grade.GOOD, START.plusSeconds(2))).isFalse();

    assertThat(health.since()).isEqualTo(START.plusSeconds(1));
  }

  @Test
  void shouldKeepItsPromisesAfterEverySequence() {
    for (int length = 0; length <= EXHAUSTIVE; length++) {
      for (int code = 0; code < Math.pow(3, length); code++) {
        String probes = probes(code, length);
        promises(probes, after(probes));
      }
    }
  }

  private static void promises(String probes, PathHealth health) {
    PathState state = health.state();
    if (probes.endsWith("ffff")) {
      assertThat(state).as(probes).isEqualTo(DOWN);
    }
    if (!probes.contains("ffff")) {
      assertThat(state).as(probes).isNotEqualTo(DOWN);
    }
    if (probes.matches("f{0,2}")) {
      assertThat(state).as(probes).isEqualTo(UNKNOWN);
    }
    long failed = probes.chars().filter(c -> c == 'f').count();
    if (failed < 3) {
      assertThat(state).as(probes).isNotIn(FAILING, DOWN);
    } else {
      assertThat(state).as(probes).isIn(FAILING, DOWN);
    }
    if (!probes.isEmpty()
        && probes.length() - probes.replace("g", "").length() == probes.length()) {
      assertThat(state).as(probes).isEqualTo(OK);
    }
    if (failed == 0 && probes.replace("g", "").length() >= 2) {
      assertThat(state).as(probes).isEqualTo(DEGRADED);
    }
  }

  private static String probes(int code, int length) {
    StringBuilder probes = new StringBuilder();
    for (int i = 0, rest = code; i < length; i++, rest /= 3) {
      probes.append("gif".charAt(rest % 3));
    }
    return probes.toString();
  }

  private static PathHealth after(String probes) {
    PathHealth health = new PathHealth(START);
    List<PathState> states = new ArrayList<>();
    for (int i = 0; i < probes.length(); i++) {
      Grade grade =
          switch (probes.charAt(i)) {
            case 'g' -> Grade.GOOD;
            case 'i' -> Grade.IMPAIRED;
            default -> Grade.FAILED;
          };
      if (health.add(grade, START)) {
        states.add(health.state());
      }
    }
    for (int i = 1; i < states.size(); i++) {
      assertThat(states.get(i)).as(probes).isNotEqualTo(states.get(i - 1));
    }
    return health;
  }
}
