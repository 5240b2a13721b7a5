package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions and socket choices on the command line. */
class ThresholdsIT {
  @Test
  void shouldFailWithTheReasonWhenAThresholdIsBroken() {
    CommandRun run = run("--fail-if", "p99 > 0us", "--fail-if", "connections.opened > 5");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().getString("verdict")).isEqualTo("fail");
    assertThat(run.json().getJsonArray("reasons")).hasSize(1);
    assertThat(run.json().getJsonArray("reasons").getString(0))
        .matches("p99 > 0us: it is [1-9]\\d* us");
    assertThat(run.json().getJsonObject("request").getJsonArray("failIf"))
        .isEqualTo(new JsonArray().add("p99 > 0us").add("connections.opened > 5"));
  }

  @Test
  void shouldPassWhenNoneIs() {
    CommandRun run =
        run("--fail-if", "p99 > 59s", "--fail-if", "rate<0.001", "--fail-if", "throughput < 1B/s");

    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls.p99 > 1m", "lag.max > 1m", "peer.tcp.retransmits > 1000"})
  void shouldFailWhenTheFigureCouldNotBeMeasured(String threshold) {
    CommandRun run = run("--fail-if", threshold);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().getJsonArray("reasons").toString()).contains("could not be measured");
  }

  @ParameterizedTest
  @ValueSource(strings = {"p98 > 1ms", "nonsense >= 1"})
  void shouldListTheFiguresWhenOneIsUnknown(String threshold) {
    CommandRun run = run("--fail-if", threshold);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--fail-if: " + threshold, "rtt.p99", "tcp.retransmits");
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p99", "p99 > 5", "p99 = 5ms", "throughput < 5ms"})
  void shouldRefuseWhatIsNoCondition(String threshold) {
    CommandRun run = run("--fail-if", threshold);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--fail-if: ");
  }

  @Test
  void shouldSendFromTheSource() {
    CommandRun run = run("--source", "127.0.0.2");

    assertThat(run.exitCode()).as(run.toString()).isZero();
    JsonArray addresses = run.json().getJsonObject("connections").getJsonArray("addresses");
    assertThat(addresses).hasSize(1);
    assertThat(((JsonObject) addresses.getValue(0)).getString("local")).startsWith("127.0.0.2:");
  }

  /** An address that is not this machine's is no fault of the target's, nor of the program's. */
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "::1"})
  void shouldReportASourceThatCannotBeUsed(String source) {
    CommandRun run = run("--source", source);

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
    JsonObject report = run.json();
    assertThat(report.getJsonObject("connections").getInteger("failed")).isEqualTo(1);
    assertThat(report.getJsonArray("reasons").size()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.0/8", "localhost", "1234", ""})
  void shouldRefuseASourceThatIsNoAddress(String source) {
    CommandRun run = run("--source", source);

    assertThat(run.exitCode()).as(run.toString()).isEqualTo(2);
    assertThat(run.err()).contains("--source: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dscp=46", "--send-buffer=16KiB", "--receive-buffer=16KiB", "-4"})
  void shouldPassWithEverySocketChoice(String choice) {
    CommandRun run = run(choice);

    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  @Test
  void shouldUseOnlyTheFamilyAskedFor() {
    CommandRun six = run("-6");
    assertThat(six.exitCode()).isEqualTo(1);
    assertThat(six.json().getJsonObject("outcomes"))
        .isEqualTo(new JsonObject().put("ok", 0).put("unresolved", 1));
    assertThat(six.json().getJsonArray("reasons").toString()).contains("no address of ipv6");

    CommandRun both = run("-4", "-6");
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("-4 and -6 exclude each other");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dscp=64", "--dscp=-1", "--send-buffer=big", "--rate=1k"})
  void shouldNameTheOptionThatCannotBeUsed(String option) {
    CommandRun run = run(option);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(option.substring(0, option.indexOf('=')) + ": ");
  }

  private static CommandRun run(String... options) {
    try (FaultyPeer peer = FaultyPeer.start(64, Fault.exactEcho())) {
      List<String> arguments = new ArrayList<>();
      Collections.addAll(
          arguments, "test", peer.target(), "--count", "20", "--output", "json", "--timeout", "3s");
      Collections.addAll(arguments, options);
      return CommandRun.of(arguments.toArray(new String[0]));
    }
  }
}
