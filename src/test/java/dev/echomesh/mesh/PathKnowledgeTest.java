package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.MeshPathDetail;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.spec.TcpInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PathKnowledgeTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
  private static final long SECOND = 1_000_000_000L;
  private static final List<Look> LOOKS = List.of(Look.SHORT, Look.CONNECT, Look.LONG);

  private final PathKnowledge path = new PathKnowledge("a", "b", NOON);
  private long now;

  @Test
  void shouldKnowNothingBeforeTheFirstProbe() {
    assertThat(path.summary(now)).isEqualTo(MeshPath.unknown("a", "b", NOON));
  }

  @Test
  void shouldSumUpTheLastMinute() {
    add(Look.CONNECT, sample(1, Outcome.OK, 300L, 0L, null));
    add(Look.SHORT, sample(3, Outcome.OK, null, 2L, null));
    add(Look.LONG, sample(1, Outcome.TIMEOUT, null, 1L, "nothing came back within 1s"));

    MeshPath summary = path.summary(now);

    assertThat(summary.state()).isEqualTo(PathState.DEGRADED);
    assertThat(summary.frames().counts()).isEqualTo(Map.of(Outcome.OK, 4L, Outcome.TIMEOUT, 1L));
    assertThat(summary.lossRatio()).isEqualTo(0.2);
    assertThat(summary.retransmits()).isEqualTo(3);
    assertThat(summary.lastOutcome()).isEqualTo(Outcome.TIMEOUT);
    assertThat(summary.lastProblem()).isEqualTo("long frames: nothing came back within 1s");
    assertThat(summary.updatedAt()).isEqualTo(NOON.plusSeconds(3));
    assertThat(summary.connect()).isNotNull();
    assertThat(summary.roundTrip()).isNotNull();
  }

  @Test
  void shouldCountConnectionsWhereNothingElseIsProbed() {
    for (int i = 0; i < 9; i++) {
      add(Look.CONNECT, sample(0, Outcome.OK, 300L, null, null));
    }
    assertThat(path.summary(now).lossRatio()).isEqualTo(0);

    add(Look.CONNECT, sample(1, Outcome.REFUSED, null, null, "refused"));

    assertThat(path.summary(now).lossRatio()).isEqualTo(0.1);
  }

  @Test
  void shouldForgetWhatIsOlderThanTheWindow() {
    add(Look.SHORT, sample(3, Outcome.OK, null, 0L, null));
    now += 61 * SECOND;

    MeshPathDetail detail = path.detail(now);

    assertThat(detail.path().roundTrip()).isNull();
    assertThat(detail.path().retransmits()).isNull();
    assertThat(detail.path().lossRatio()).isNull();
    assertThat(detail.windows()).extracting(w -> w.outcomes().frames()).containsExactly(0L, 3L, 3L);
    now += 3600 * SECOND;
    assertThat(path.detail(now).windows())
        .extracting(w -> w.outcomes().frames())
        .containsExactly(0L, 0L, 0L);
  }

  @Test
  void shouldKeepAtLeastFiveSixthsOfEachWindow() {
    for (int i = 0; i < 4000; i++) {
      add(Look.SHORT, sample(1, Outcome.OK, null, 0L, null));
    }

    List<Long> counts =
        path.detail(now).windows().stream().map(w -> w.outcomes().frames()).toList();

    assertThat(counts.get(0)).isBetween(50L, 60L);
    assertThat(counts.get(1)).isBetween(500L, 600L);
    assertThat(counts.get(2)).isBetween(3000L, 3600L);
  }

  @Test
  void shouldKeepShortAndLongFramesApart() {
    add(Look.SHORT, sample(3, Outcome.OK, null, 0L, null));
    add(Look.LONG, sample(1, Outcome.OK, null, 0L, null));

    MeshPathDetail.Window minute = path.detail(now).windows().get(0);

    assertThat(minute.rtt()).isNotNull().extracting("count").isEqualTo(3L);
    assertThat(minute.rttLarge()).isNotNull().extracting("count").isEqualTo(1L);
    assertThat(minute.connect()).isNull();
  }

  @Test
  void shouldSayThatTheKernelCouldNotBeAsked() {
    add(Look.SHORT, sample(3, Outcome.OK, null, null, null));

    assertThat(path.summary(now).retransmits()).isNull();
  }

  @Test
  void shouldNotBlameThePathForWhatThisMachineLacks() {
    for (Outcome ours : List.of(Outcome.LOCAL_LIMIT, Outcome.CANCELLED)) {
      for (int i = 0; i < 10; i++) {
        add(Look.CONNECT, sample(1, ours, null, null, "no ports left"));
      }
    }

    assertThat(path.summary(now)).isEqualTo(MeshPath.unknown("a", "b", NOON));
  }

  @Test
  void shouldTakeARepeatedSynForAnImpairedPath() {
    for (int i = 0; i < 2; i++) {
      add(Look.CONNECT, sample(1, Outcome.OK, 1_000_300L, 0L, null));
    }

    assertThat(path.state()).isEqualTo(PathState.DEGRADED);
  }

  @Test
  void shouldTakeRetransmitsForAnImpairedPath() {
    for (int i = 0; i < 2; i++) {
      add(Look.SHORT, sample(3, Outcome.OK, null, 1L, null));
    }

    assertThat(path.state()).isEqualTo(PathState.DEGRADED);
  }

  @Test
  void shouldTakeAPortThatConnectsForSound() {
    add(Look.CONNECT, new ProbeSample(Outcomes.none(), 200L, null, List.of(), null, null));

    assertThat(path.state()).isEqualTo(PathState.OK);
    assertThat(path.summary(now).lossRatio()).isZero();
  }

  @Test
  void shouldRememberTheLatestFailures() {
    for (int i = 0; i < 30; i++) {
      add(Look.CONNECT, sample(1, Outcome.REFUSED, null, null, null));
    }

    List<MeshPathDetail.FailedProbe> failures = path.detail(now).failures();
    assertThat(failures).hasSize(20);
    assertThat(failures.get(0))
        .isEqualTo(
            new MeshPathDetail.FailedProbe(
                NOON.plusSeconds(30), Outcome.REFUSED, "a new connection: refused"));
    assertThat(path.state()).isEqualTo(PathState.DOWN);
  }

  @Test
  void shouldForgetFailuresOfMoreThanAnHourAgo() {
    add(Look.CONNECT, sample(1, Outcome.REFUSED, null, null, null));
    now += 1800 * SECOND;
    add(Look.CONNECT, sample(1, Outcome.RESET, null, null, null));

    assertThat(path.detail(now).failures())
        .extracting(MeshPathDetail.FailedProbe::outcome)
        .containsExactly(Outcome.RESET, Outcome.REFUSED);
    now += 1800 * SECOND;
    assertThat(path.detail(now).failures())
        .extracting(MeshPathDetail.FailedProbe::outcome)
        .containsExactly(Outcome.RESET);
    assertThat(path.summary(now).lastOutcome()).isEqualTo(Outcome.RESET);
    now += 1801 * SECOND;
    assertThat(path.detail(now).failures()).isEmpty();
    assertThat(path.summary(now).lastProblem()).isNull();
  }

  @Test
  void shouldTakeBoundedMemoryHoweverLongItWatches() {
    Random random = new Random(1);
    long hour = watched(random, 3600);
    long hours = watched(random, 5 * 3600);

    assertThat(hours).isLessThan(2 * hour);
    assertThat(hours).isLessThan(512 * 1024);
  }

  private long watched(Random random, int seconds) {
    for (int i = 0; i < seconds; i++) {
      Look look = LOOKS.get(i % LOOKS.size());
      long micros = (long) (100 * Math.exp(random.nextGaussian()));
      boolean unused =
          path.add(
              look,
              new ProbeSample(
                  new Outcomes(Map.of(Outcome.OK, 3L)),
                  look == Look.CONNECT ? micros : null,
                  null,
                  List.of(micros, micros + 7, micros + 20),
                  null,
                  null),
              NOON,
              now);
      now += SECOND;
    }
    return path.footprint();
  }

  private void add(Look look, ProbeSample sample) {
    now += SECOND;
    boolean unused = path.add(look, sample, NOON.plusNanos(now), now);
  }

  private static ProbeSample sample(
      int frames,
      Outcome outcome,
      @Nullable Long connectMicros,
      @Nullable Long retransmits,
      @Nullable String problem) {
    return new ProbeSample(
        new Outcomes(Map.of(outcome, (long) frames)),
        connectMicros,
        null,
        outcome == Outcome.OK ? java.util.Collections.nCopies(frames, 150L) : List.of(),
        retransmits == null ? null : new TcpInfo(retransmits, 1, 1, 10, 1500, 1448),
        problem);
  }
}
