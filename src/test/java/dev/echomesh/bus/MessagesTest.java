package dev.echomesh.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.spec.ByteRate;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.Rate;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.spec.TcpInfo;
import dev.echomesh.spec.Threshold;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message comes back from JSON text as it went in, also with fields of a later version. */
class MessagesTest {
  private static final TestRequest REQUEST =
      new TestRequest(
          new SocketTarget("::1", 7),
          TestMode.STREAM,
          65_536,
          50,
          Duration.ofSeconds(90),
          1_000_000,
          Duration.ofMillis(1500),
          Duration.ofMinutes(5),
          256,
          null,
          Arrivals.CONSTANT,
          false,
          true,
          ByteRate.parse("1.5MiB/s"),
          new SocketChoices("::1", AddressFamily.IPV6, 46, 65_536, 1 << 20),
          List.of(Threshold.parse("p99 > 5ms"), Threshold.parse(" throughput<=1.5MiB/s ")),
          Long.MIN_VALUE,
          new ClientTls("ca.pem", "cert.pem", "key.pem", false));
  private static final TcpInfo TCP = new TcpInfo(1, 2, 3, 4, 65_535, 1448);

  @Test
  void shouldCarryRequests() {
    assertThat(TestRequest.fromJson(sent(REQUEST.toJson()))).isEqualTo(REQUEST);
  }

  @Test
  void shouldCarryFailuresOfRuns() {
    RunFailure failure =
        new RunFailure("0f", RunFailure.CHECK, new JsonObject().put("target", "host:7"), "why");

    assertThat(RunFailure.fromJson(sent(failure.toJson()))).isEqualTo(failure);
  }

  @Test
  void shouldCarryRequestsWithAuthoritiesOfTheInstallation() {
    JsonObject json = REQUEST.toJson().put("tls", new JsonObject());

    assertThat(TestRequest.fromJson(sent(json)).tls())
        .isEqualTo(new ClientTls(null, null, null, true));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 10})
  void shouldFillInTheContractsDefaults(long count) {
    JsonObject json = new JsonObject().put("target", "host:7").put("count", count);

    TestRequest expected =
        new TestRequest(
            new SocketTarget("host", 7),
            TestMode.PING,
            64,
            1,
            Duration.ofSeconds(10),
            count,
            count == 0 ? Duration.ofSeconds(1) : Duration.ZERO,
            Duration.ofSeconds(5),
            1,
            null,
            Arrivals.CONSTANT,
            false,
            false,
            null,
            SocketChoices.NONE,
            List.of(),
            0,
            null);
    assertThat(TestRequest.fromJson(json)).isEqualTo(expected);
    assertThat(TestRequest.fromJson(sent(expected.toJson()))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1000", "0.001", "1.005k", "1.5M", "1k..50k/30s", "50k..0.5/250ms", "100M"})
  void shouldCarryRatesExactly(String rate) {
    JsonObject json = new JsonObject().put("target", "host:7").put("mode", "rate");
    TestRequest request = TestRequest.fromJson(json.put("rate", rate));

    assertThat(request.rate()).isEqualTo(Rate.parse(rate));
    assertThat(TestRequest.fromJson(sent(request.toJson()))).isEqualTo(request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000", "1e7", "10000000.0", "0.5", "100000000"})
  void shouldTakeRatesAsNumbers(String number) {
    JsonObject json =
        new JsonObject("{\"target\": \"host:7\", \"mode\": \"rate\", \"rate\": " + number + "}");

    assertThat(TestRequest.fromJson(json).rate())
        .isEqualTo(Rate.constant(Double.parseDouble(number)));
  }

  @Test
  void shouldMeasureARampAsLongAsItTakesUnlessToldOtherwise() {
    JsonObject json =
        new JsonObject().put("target", "host:7").put("mode", "rate").put("rate", "1..2/7s");

    assertThat(TestRequest.fromJson(json).duration()).isEqualTo(Duration.ofSeconds(7));
    assertThat(TestRequest.fromJson(json.put("duration", "2s")).duration())
        .isEqualTo(Duration.ofSeconds(2));
    JsonObject search = new JsonObject().put("target", "host:7").put("mode", "find-max");
    assertThat(TestRequest.fromJson(search).duration()).isEqualTo(Duration.ofSeconds(2));
    assertThat(TestRequest.fromJson(search).rate()).isEqualTo(Rate.constant(1000));
  }

  @Test
  void shouldWantARateForAnOpenLoopAndNoRampForASearch() {
    JsonObject open = new JsonObject().put("target", "host:7").put("mode", "rate");
    assertThatThrownBy(() -> TestRequest.fromJson(open)).hasMessageStartingWith("rate: missing");

    JsonObject search =
        new JsonObject().put("target", "host:7").put("mode", "find-max").put("rate", "1..9/1s");
    assertThatThrownBy(() -> TestRequest.fromJson(search)).hasMessageStartingWith("rate: 1..9/1s");
  }

  @Test
  void shouldHaveAWindowOfSixteenInStream() {
    JsonObject json = new JsonObject().put("target", "host:7").put("mode", "stream");

    assertThat(TestRequest.fromJson(json).window()).isEqualTo(16);
    assertThat(TestRequest.fromJson(json.put("mode", "ping")).window()).isEqualTo(1);
    assertThatThrownBy(() -> TestRequest.fromJson(json.put("window", 9)))
        .hasMessage("window: 9 (expected only in mode stream)");
  }

  @Test
  void shouldTakeSizesAsTextOrNumber() {
    JsonObject json = new JsonObject().put("target", "host:7");

    assertThat(TestRequest.fromJson(json.put("frameLength", "1MiB")).frameLength())
        .isEqualTo(1 << 20);
    assertThat(TestRequest.fromJson(json.put("frameLength", 32)).frameLength()).isEqualTo(32);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "target; 7",
        "target; {}",
        "target; 'host'",
        "target; 'host:0'",
        "mode; 1",
        "mode; 'PING'",
        "frameLength; 31",
        "frameLength; 1048577",
        "frameLength; '2MiB'",
        "frameLength; 'long'",
        "frameLength; 64.5",
        "frameLength; true",
        "connections; 0",
        "connections; 100001",
        "connections; '1'",
        "connections; 1e3",
        "connections; 99999999999999999999",
        "duration; 10",
        "duration; '10'",
        "duration; '0s'",
        "duration; '8761h'",
        "count; -1",
        "count; 9223372036854775808",
        "warmup; false",
        "warmup; '-1s'",
        "timeout; '0ms'",
        "timeout; '61m'",
        "rate; 1000",
        "rate; '1k'",
        "rate; 'fast'",
        "rate; true",
        "rate; -1",
        "arrivals; 'sometimes'",
        "arrivals; 7",
        "arrivals; 'poisson'",
        "gracefulClose; 'yes'",
        "gracefulClose; true",
        "timestamps; 1",
        "bandwidth; '1MB'",
        "source; 'here'",
        "source; 7",
        "family; 'ipv5'",
        "dscp; 64",
        "dscp; -1",
        "dscp; '1'",
        "sendBuffer; -1",
        "sendBuffer; 'big'",
        "receiveBuffer; '2GiB'",
        "failIf; 'p99 > 5ms'",
        "failIf; [7]",
        "failIf; ['p99 > 5']",
        "failIf; ['p98 > 5ms']",
        "window; 0",
        "window; 65537",
        "seed; 'lucky'",
        "tls; true",
        "tls.caFile; 7",
        "tls.certFile; []",
        "tls.keyFile; {}",
        "tls.verifyHost; 'no'"
      })
  void shouldNameTheFieldThatCannotBeUsed(String field, String value) {
    JsonObject request = new JsonObject().put("target", "host:7").put("mode", "stream");
    JsonObject parsed = new JsonObject("{\"value\": " + value.replace('\'', '"') + "}");
    int dot = field.indexOf('.');
    if (dot < 0) {
      request.put(field, parsed.getValue("value"));
    } else {
      request.put(
          field.substring(0, dot),
          new JsonObject().put(field.substring(dot + 1), parsed.getValue("value")));
    }

    assertThatThrownBy(() -> TestRequest.fromJson(request))
        .isInstanceOfSatisfying(
            RequestException.class,
            refused -> {
              assertThat(refused.failure()).isEqualTo(Failure.INVALID_REQUEST);
              assertThat(refused.field()).isEqualTo(field);
              assertThat(refused.complaint()).contains("expected");
              assertThat(refused).hasMessage(field + ": " + refused.complaint());
            });
  }

  @Test
  void shouldWantCertificateAndKeyTogether() {
    for (String one : List.of("certFile", "keyFile")) {
      JsonObject request =
          new JsonObject()
              .put("target", "host:7")
              .put("tls", new JsonObject().put(one, "file.pem"));
      String other = one.equals("certFile") ? "tls.keyFile" : "tls.certFile";

      assertThatThrownBy(() -> TestRequest.fromJson(request)).hasMessageStartingWith(other);
    }
  }

  @Test
  void shouldCarryProgress() {
    TestProgress progress = new TestProgress("id", 1.5, Long.MAX_VALUE, 0.1, 3, 7.5, 28.0, 1500.5);
    TestProgress nothing = new TestProgress("id", 1.5, 0, 0, 3, null, null, null);

    assertThat(TestProgress.fromJson(sent(progress.toJson()))).isEqualTo(progress);
    assertThat(TestProgress.fromJson(sent(nothing.toJson()))).isEqualTo(nothing);
  }

  @Test
  void shouldCarryReports() {
    TestReport report = report(latency(), new TestReport.Throughput(1.5, 96), true);

    assertThat(TestReport.fromJson(sent(report.toJson()))).isEqualTo(report);
  }

  @Test
  void shouldCarryReportsOfNothingAtAll() {
    TestReport report = report(null, null, false);
    JsonObject json = sent(report.toJson());

    assertThat(TestReport.fromJson(json)).isEqualTo(report);
    for (String absent :
        List.of(
            "resolve",
            "connect",
            "tls",
            "rtt",
            "blocked",
            "lag",
            "residence",
            "throughput",
            "tcp",
            "peer",
            "search")) {
      assertThat(json.containsKey(absent)).as(absent).isTrue();
      assertThat(json.getValue(absent)).as(absent).isNull();
    }
    assertThat(json.getString("verdict")).isEqualTo("fail");
  }

  @Test
  void shouldCarryLatenciesBucketForBucket() {
    Latency latency = latency();
    Latency read = Objects.requireNonNull(Latency.fromJson(sent(Latency.toJson(latency))));

    assertThat(read).isEqualTo(latency);
    assertThat(read.toHistogram()).isEqualTo(histogram());
  }

  @Test
  void shouldNotTakeAnythingForAHistogram() {
    Latency broken = new Latency(1, 1, 1, 1, 1, 1, 1, 1, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");

    assertThatThrownBy(broken::toHistogram).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldCarryEndpoints() {
    EndpointInfo info =
        new EndpointInfo(
            "echo",
            "::",
            1234,
            "framed",
            64,
            "mutual",
            1,
            2,
            3,
            4,
            5,
            6,
            Map.of("tls", 7L),
            Map.of("idle", 8L),
            false,
            9,
            Faults.of(Map.of("delay", "20ms", "drop", "1%")));

    assertThat(EndpointInfo.fromJson(sent(info.toJson()))).isEqualTo(info);
  }

  @Test
  void shouldCarryWhatANodeIs() {
    NodeInfo node =
        new NodeInfo(
            "a", "z", "", "1.0", "epoll", "17.0.1", "Linux 6", 4711, Instant.ofEpochSecond(7));

    assertThat(NodeInfo.fromJson(sent(node.toJson()))).isEqualTo(node);
  }

  @Test
  void shouldCarryHealthAsBadAsItsWorstCheck() {
    Health.Check well = new Health.Check("a", HealthStatus.OK, "fine");
    Health.Check slow = new Health.Check("b", HealthStatus.DEGRADED, "slow");
    Health.Check dead = new Health.Check("c", HealthStatus.DOWN, "gone");

    Health health = Health.of(List.of(well, slow, dead));
    assertThat(Health.fromJson(sent(health.toJson()))).isEqualTo(health);
    assertThat(health.status()).isEqualTo(HealthStatus.DOWN);
    assertThat(health.toJson().getString("status")).isEqualTo("down");
    assertThat(Health.of(List.of(slow, well)).status()).isEqualTo(HealthStatus.DEGRADED);
    assertThat(Health.of(List.of()).status()).isEqualTo(HealthStatus.OK);
  }

  @Test
  void shouldCarryQuestionsAboutConnectionsAndTheirAnswers() {
    ConnectionsQuery query = new ConnectionsQuery(7, List.of("127.0.0.1:1", "[::1]:2"));
    ConnectionsReply reply =
        new ConnectionsReply(
            List.of(
                new ConnectionsReply.Connection("127.0.0.1:1", Long.MAX_VALUE, 0, true, 1500, TCP),
                new ConnectionsReply.Connection("[::1]:2", 1, 2, false, 0, null)));

    assertThat(ConnectionsQuery.fromJson(sent(query.toJson()))).isEqualTo(query);
    assertThat(ConnectionsReply.fromJson(sent(reply.toJson()))).isEqualTo(reply);
    ConnectionsReply nobody = new ConnectionsReply(List.of());
    assertThat(ConnectionsReply.fromJson(sent(nobody.toJson()))).isEqualTo(nobody);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void shouldCarryEveryOutcome(Outcome outcome) {
    Outcomes outcomes = new Outcomes(Map.of(outcome, 3L));

    assertThat(Outcome.ofKey(outcome.key())).isEqualTo(outcome);
    assertThat(Outcomes.fromJson(sentExactly(outcomes.toJson()))).isEqualTo(outcomes);
    assertThat(outcomes.frames() + outcomes.failedConnections()).isEqualTo(3);
    assertThat(outcomes.failedConnections() == 3).isEqualTo(outcome.isOfConnection());
  }

  @Test
  void shouldHaveTheContractsOutcomesAndNoOther() {
    assertThat(List.of(Outcome.values()))
        .extracting(Outcome::key)
        .containsExactly(
            "ok",
            "timeout",
            "mismatch",
            "lost",
            "duplicated",
            "reordered",
            "foreign",
            "truncated",
            "closed",
            "reset",
            "cancelled",
            "refused",
            "unreachable",
            "unresolved",
            "connect_timeout",
            "tls_failed",
            "local_limit");
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void shouldKnowEveryFailureByItsCode(Failure failure) {
    assertThat(Failure.ofCode(failure.code())).isEqualTo(failure);
    assertThat(Failure.ofCode(-1)).isEqualTo(Failure.INTERNAL);
  }

  private static TestReport report(
      @Nullable Latency latency, TestReport.@Nullable Throughput throughput, boolean passed) {
    return new TestReport(
        "id",
        Instant.parse("2026-01-02T03:04:05.678901234Z"),
        2.5,
        "node",
        REQUEST,
        passed,
        List.of("1 frame lost"),
        new TestReport.Trust(passed, passed ? List.of() : List.of("it stood still")),
        new Outcomes(Map.of(Outcome.OK, 5L, Outcome.LOST, 1L)),
        new TestReport.Connections(
            2, 1, List.of(new TestReport.AddressPair("[::1]:1", "[::1]:7", passed ? TCP : null))),
        new TestReport.Bytes(1, 2),
        latency,
        latency,
        latency,
        latency,
        latency,
        latency,
        latency,
        latency,
        throughput,
        passed ? TCP : null,
        passed ? new Rfc6349(1.5, 99.5, null, null, 3.5) : null,
        passed ? new TestReport.Peer(3, 4, TCP) : null,
        List.of(
            new SeriesPoint(1.001, Long.MAX_VALUE, 0, 2.5, 28.0, 1530.0, 2.1e6),
            new SeriesPoint(2.5, 0, 7, 0, null, null, null)),
        passed ? search() : null,
        List.of(),
        List.of("a note"),
        new TestReport.Environment("0.1", "17", "epoll", "Linux"));
  }

  private static Search search() {
    return new Search(
        1500.5,
        5,
        List.of(
            new Search.Step(1500.5, 1499.25, 28.0, 1530.0, List.of()),
            new Search.Step(3000, 0, null, null, List.of("no frame was ok", "p99 > 5ms"))));
  }

  private static Latency latency() {
    return Objects.requireNonNull(Latency.of(histogram()));
  }

  private static Histogram histogram() {
    Histogram histogram = new Histogram(3_600_000_000L, 3);
    for (int i = 1; i < 1000; i++) {
      histogram.recordValue((long) i * i);
    }
    return histogram;
  }

  /** Through text, with a field that this version does not know. */
  private static JsonObject sent(@Nullable JsonObject json) {
    return sentExactly(Objects.requireNonNull(json)).put("ofALaterVersion", new JsonObject());
  }

  private static JsonObject sentExactly(JsonObject json) {
    return new JsonObject(json.encode());
  }
}
