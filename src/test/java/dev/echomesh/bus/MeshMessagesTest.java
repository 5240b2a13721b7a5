package dev.echomesh.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a mesh tells comes back from JSON text as it went in. */
class MeshMessagesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final MeshPath PATH =
      new MeshPath(
          "a",
          "b",
          PathState.FAILING,
          NOW,
          NOW.plusMillis(1),
          new Outcomes(Map.of(Outcome.OK, 57L, Outcome.TIMEOUT, 3L)),
          new MeshPath.Connect(120.5, 900),
          new MeshPath.RoundTrip(21, 35, 90, 1600.5),
          0.05,
          4L,
          Outcome.TIMEOUT,
          "frames of 9,000 B: nothing came back within 1s");

  @Test
  void shouldCarryPaths() {
    assertThat(MeshPath.fromJson(sent(PATH.toJson()))).isEqualTo(PATH);
  }

  @Test
  void shouldCarryAPathOfWhichNothingIsKnown() {
    MeshPath unknown = MeshPath.unknown("a", "probe:dns", NOW);

    assertThat(MeshPath.fromJson(sent(unknown.toJson()))).isEqualTo(unknown);
    assertThat(unknown.isPlain()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(PathState.class)
  void shouldCarryEveryState(PathState state) {
    assertThat(MeshPath.fromJson(sent(PATH.in(state, NOW).toJson())).state()).isEqualTo(state);
  }

  @Test
  void shouldTakeAStateOfALaterVersionForUnknown() {
    JsonObject json = PATH.toJson().put("state", "brooding");

    assertThat(MeshPath.fromJson(json).state()).isEqualTo(PathState.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(MeshNode.State.class)
  void shouldCarryNodes(MeshNode.State state) {
    MeshNode node = new MeshNode("a", "z", "r", "10.0.0.1", "0.1", state, NOW, true);

    assertThat(MeshNode.fromJson(sent(node.toJson()))).isEqualTo(node);
  }

  @ParameterizedTest
  @EnumSource(MeshFinding.Kind.class)
  void shouldCarryMatrices(MeshFinding.Kind kind) {
    MeshMatrix matrix =
        new MeshMatrix(
            "a",
            "demo",
            NOW,
            "1 of 1 sampled paths is failing",
            List.of(new MeshFinding(kind, List.of("a", "b"), "so it is")),
            List.of(new MeshNode("a", "", "", "::1", "0.1", MeshNode.State.UP, NOW, false)),
            List.of(PATH),
            List.of(new MeshChange(NOW, "a", "b", PathState.OK, PathState.FAILING)));

    JsonObject json = sent(matrix.toJson());

    assertThat(json.getString("schema")).isEqualTo("echomesh.mesh/1");
    assertThat(MeshMatrix.fromJson(json)).isEqualTo(matrix);
    assertThat(matrix.isSound()).isFalse();
  }

  @Test
  void shouldCarrySamples() {
    MeshSample told =
        new MeshSample(
            "b",
            "east",
            700,
            new ProbeSample(
                new Outcomes(Map.of(Outcome.OK, 2L, Outcome.LOST, 1L)),
                300L,
                null,
                List.of(120L, 130L),
                null,
                "frame 3 never came"));

    assertThat(MeshSample.fromJson(sent(told.toJson()))).isEqualTo(told);
  }

  @Test
  void shouldCarryDetails() {
    Histogram histogram = new Histogram(2);
    histogram.recordValue(123);
    Latency latency = Objects.requireNonNull(Latency.of(histogram));
    MeshPathDetail detail =
        new MeshPathDetail(
            PATH,
            List.of(
                new MeshPathDetail.Window(
                    Duration.ofMinutes(1), PATH.frames(), latency, null, latency)),
            List.of(new MeshPathDetail.FailedProbe(NOW, Outcome.REFUSED, "nobody listens")));

    assertThat(MeshPathDetail.fromJson(sent(detail.toJson()))).isEqualTo(detail);
  }

  /** Through text, with a field that this version does not know. */
  private static JsonObject sent(JsonObject json) {
    return new JsonObject(json.encode()).put("ofALaterVersion", new JsonObject());
  }
}
