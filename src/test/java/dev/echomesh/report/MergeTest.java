package dev.echomesh.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.echomesh.bus.Latency;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.TcpInfo;
import dev.echomesh.testing.SampleReports;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MergeTest {
  private static final String START = "2026-01-01T00:00:00Z";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 20})
  void shouldBeTheReportOfTheUnionBucketForBucket(int parts) {
    Random random = new Random(parts);
    List<NamedReport> reports = new ArrayList<>();
    LongStream union = LongStream.empty();
    for (int part = 0; part < parts; part++) {
      long[] micros =
          LongStream.generate(() -> 1 + (long) Math.exp(random.nextDouble() * 22))
              .limit(1 + random.nextInt(3000))
              .toArray();
      union = LongStream.concat(union, LongStream.of(micros));
      reports.add(named("r" + part, SampleReports.passed("r" + part, START, 10, micros)));
    }

    TestReport merged = Merge.of(reports);
    TestReport whole = SampleReports.passed("all", START, 10, union.toArray());

    assertThat(merged.rtt()).isEqualTo(whole.rtt());
    assertThat(rtt(merged).toHistogram()).isEqualTo(rtt(whole).toHistogram());
    assertThat(merged.outcomes()).isEqualTo(whole.outcomes());
    assertThat(merged.bytes()).isEqualTo(whole.bytes());
    assertThat(framesPerSecond(merged)).isCloseTo(framesPerSecond(whole), within(1e-6));
    assertThat(merged.passed()).isTrue();
  }

  @Test
  void shouldLeaveASingleReportAsItIs() {
    TestReport only = SampleReports.failed("one", "why");

    assertThat(Merge.of(List.of(named("a.json", only)))).isSameAs(only);
  }

  @ParameterizedTest
  @CsvSource({"00:00:00Z, 1, 10", "00:00:10Z, 0.5, 20", "00:00:05Z, 0.6666667, 15"})
  void shouldDivideByTheTimeInWhichARunWasUnderWay(
      String secondStart, double framesPerSecond, double seconds) {
    String start = "2026-01-01T" + secondStart;
    TestReport merged =
        Merge.of(
            List.of(
                named("a", SampleReports.passed("a", START, 10, 5, 5, 5, 5, 5)),
                named("b", SampleReports.passed("b", start, 10, 5, 5, 5, 5, 5))));

    assertThat(merged.durationSeconds()).isEqualTo(seconds);
    assertThat(framesPerSecond(merged)).isCloseTo(framesPerSecond, within(1e-6));
  }

  @Test
  void shouldFailIfOneFailedAndSayWhich() {
    TestReport merged =
        Merge.of(
            List.of(
                named("a.json", SampleReports.passed("a", START, 1, 10, 20)),
                named("b.json", SampleReports.failed("b", "1 frame timed out"))));

    assertThat(merged.passed()).isFalse();
    assertThat(merged.reasons()).containsExactly("b.json: 1 frame timed out");
    assertThat(merged.outcomes().count(Outcome.OK)).isEqualTo(2);
    assertThat(merged.outcomes().count(Outcome.TIMEOUT)).isEqualTo(1);
    assertThat(rtt(merged).count()).isEqualTo(2);
    assertThat(merged.notes()).contains("rtt: none in b.json", "throughput: none in b.json");
    assertThat(merged.connections().opened()).isEqualTo(2);
  }

  @Test
  void shouldDoubtIfOneIsInDoubt() {
    TestReport doubted =
        TestReport.fromJson(
            SampleReports.json("a", START, 1, 5)
                .put(
                    "trust",
                    new JsonObject().put("ok", false).put("reasons", new JsonArray().add("late"))));

    TestReport merged =
        Merge.of(List.of(named("x", SampleReports.passed("x", START, 1, 5)), named("y", doubted)));

    assertThat(merged.trust().ok()).isFalse();
    assertThat(merged.trust().reasons()).containsExactly("y: late");
    assertThat(merged.passed()).isTrue();
  }

  @Test
  void shouldAddRetransmitsAndWeighRoundTripsByConnections() {
    TestReport merged =
        Merge.of(
            List.of(
                named("x", withTcp(1, tcp(3, 100, 1500))),
                named("y", withTcp(3, tcp(4, 500, 1400))),
                named("z", withTcp(5, null))));

    assertThat(merged.tcp()).isEqualTo(new TcpInfo(7, 400, 1, 10, 1400, 1348));
    assertThat(merged.notes()).contains("tcp: none in z");
    assertThat(merged.peer()).isNull();
  }

  @Test
  void shouldReadBackWhatItMerged() {
    TestReport merged =
        Merge.of(
            List.of(
                named("a", SampleReports.passed("a", START, 1, 10, 20)),
                named("b", SampleReports.failed("b", "why"))));

    assertThat(ReportFormat.parse(merged.toJson().encode())).isEqualTo(merged);
  }

  @Test
  void shouldNotMergeNothing() {
    assertThatThrownBy(() -> Merge.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  private static TestReport withTcp(int connections, @Nullable JsonObject tcp) {
    JsonObject json = SampleReports.json("a", START, 1, 5).put("tcp", tcp);
    json.getJsonObject("connections").put("opened", connections);
    return TestReport.fromJson(json);
  }

  private static JsonObject tcp(int retransmits, int rtt, int pmtu) {
    return new JsonObject()
        .put("retransmits", retransmits)
        .put("rttMicros", rtt)
        .put("rttVarMicros", 1)
        .put("cwnd", 10)
        .put("pmtu", pmtu)
        .put("mss", pmtu - 52);
  }

  private static Latency rtt(TestReport report) {
    return Objects.requireNonNull(report.rtt());
  }

  private static double framesPerSecond(TestReport report) {
    return Objects.requireNonNull(report.throughput()).framesPerSecond();
  }

  private static NamedReport named(String name, TestReport report) {
    return new NamedReport(name, report);
  }
}
