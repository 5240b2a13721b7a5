package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Search;
import dev.echomesh.bus.TestReport;
import dev.echomesh.testing.SampleReports;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StepsTest {
  private static final double RATE = 1000;
  private static final Offset<Double> ONE = Offset.offset(1.0);

  @Test
  void shouldNotTakeALongPathForASlowOne() {
    Search.Step step = Steps.of(RATE, report(2000, 0, 2.149, 150_000), false);

    assertThat(step.reasons()).isEmpty();
    assertThat(step.achieved()).isCloseTo(1000, ONE);
  }

  @Test
  void shouldTakeAPathForSlowThatNeedsLongerForTheFrames() {
    Search.Step step = Steps.of(RATE, report(2000, 0, 4.001, 1000), false);

    assertThat(step.reasons()).containsExactly("only 500 frames/s came back");
    assertThat(step.achieved()).isCloseTo(500, ONE);
  }

  @Test
  void shouldAskForNoMoreFramesThanWereToBeSent() {
    assertThat(Steps.of(RATE, report(100, 100, 0.109, 10_000), false).reasons()).isEmpty();
    assertThat(Steps.of(RATE, report(100, 100, 0.209, 10_000), false).reasons()).isNotEmpty();
  }

  /** Random arrivals are some more or fewer than the rate says. */
  @Test
  void shouldNotMindThatRandomArrivalsAreFewer() {
    assertThat(Steps.of(RATE, report(1850, 0, 2.0, 1000), false).reasons()).isEmpty();
  }

  @Test
  void shouldFindNothingWhereNothingCameBack() {
    Search.Step step = Steps.of(RATE, SampleReports.failed("a"), false);

    assertThat(step.achieved()).isZero();
    assertThat(step.reasons()).contains("only 0 frames/s came back");
  }

  /** In two seconds, so many frames, the last of which was back then. */
  private static TestReport report(int frames, int count, double seconds, long rttMicros) {
    long[] trips = new long[frames];
    Arrays.fill(trips, rttMicros);
    JsonObject json = SampleReports.json("a", "2026-01-01T00:00:00Z", seconds, trips);
    json.getJsonObject("request").put("duration", "2s").put("count", count);
    return TestReport.fromJson(json);
  }
}
