package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.config.Transport;
import dev.echomesh.testing.Fault;
import dev.echomesh.testing.FaultyPeer;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.PipeToEcho;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a user types it. */
@SuppressWarnings("NullAway.Init") // set before all tests
class CheckCommandIT {
  private static LocalNode node;
  private static String target;

  @BeforeAll
  static void startNode() {
    node = LocalNode.start("echo: {endpoints: [{name: e, host: 127.0.0.1, port: 0}]}");
    target = "127.0.0.1:" + node.port("e");
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @Test
  void shouldPassAndSayWhatWasSeen() {
    CommandRun run = CommandRun.of("check", target, "--only", "stream,handshake", "--gentle");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().findFirst()).get().asString().startsWith("PASS " + target);
    assertThat(run.out()).containsSubsequence("\nhandshake     PASS ", "\nstream        PASS ");
  }

  @Test
  void shouldFailWithExitCodeOne() {
    try (PipeToEcho server = PipeToEcho.start(Transport.NIO)) {
      CommandRun run = CommandRun.of("check", "127.0.0.1:" + server.port(), "--only", "half-close");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).startsWith("FAIL ").contains("See RFC 9293 §3.6.1.");
    }
  }

  @Test
  void shouldSkipWhatIsNotWanted() {
    CommandRun run =
        CommandRun.of(
            "check",
            target,
            "--gentle",
            "--skip",
            "integrity,full-duplex,flow-control,half-close,idle,drip,concurrency",
            "--output",
            "json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().getJsonArray("checks"))
        .extracting(check -> ((JsonObject) check).getString("check"))
        .containsExactly("handshake", "tls", "stream", "urgent");
  }

  @Test
  void shouldWriteXmlForCi() {
    CommandRun run =
        CommandRun.of("check", target, "--only", "stream", "--gentle", "--output", "junit");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("<?xml version=\"1.0\"")
        .contains("<testcase classname=\"echomesh.check\" name=\"stream\"")
        .endsWith("</testsuite>" + System.lineSeparator());
  }

  @Test
  void shouldListTheChecksWithoutATarget() {
    CommandRun run = CommandRun.of("check", "--list");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines()).hasSize(11);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "check | TARGET: missing (expected HOST:PORT or @NODE)",
        "check x | TARGET: x (expected HOST:PORT",
        "check h:7 --only halfclose | --only: halfclose (expected one of handshake, tls, ",
        "check h:7 --skip nothing | --skip: nothing (expected one of handshake, tls, ",
        "check h:7 --only tls --skip tls | --skip: nothing is left to check",
        "check h:7 --timeout 0 | --timeout: 0 (expected ",
        "check h:7 --deadline 1ms | --deadline: 1ms (expected 1s to 1h)",
        "check h:7 --timeout 60s | --timeout: 1m (expected less than the deadline, 1m",
        "check h:7 --idle 2m | --idle: 2m (expected less than the deadline, 1m",
        "check h:7 --node-ca x | --token-file, --node-ca, --node-cert, --node-key: only with --node",
        "check h:7 --max-absorbed 1 | --max-absorbed: 1 (expected 1048576 to 1073741824 bytes)",
        "check h:7 --tls-ca /nowhere | --tls-ca: /nowhere",
        "check h:7 --output xml | Invalid value for option '--output'",
      })
  void shouldRefuseBadUsageInOneLine(String command, String complaint) {
    CommandRun run = CommandRun.of(command.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("echomesh: " + complaint).hasLineCount(1);
  }

  @Test
  void shouldFailForANameWithoutAddress() {
    CommandRun run = CommandRun.of("check", "nowhere.invalid:7", "--only", "handshake,drip");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .contains("handshake     FAIL           the name nowhere.invalid has no address")
        .contains("drip          inconclusive   the name nowhere.invalid has no address");
  }

  @Test
  void shouldReportWhenItsUserEndsIt() {
    try (FaultyPeer server = FaultyPeer.start(1, Fault.exactEcho());
        JavaProcess process =
            JavaProcess.ofMain(
                "dev.echomesh.Main",
                List.of(),
                "check",
                server.target(),
                "--only",
                "idle,drip",
                "--idle",
                "10m",
                "--deadline",
                "20m")) {
      Patience.until("the check has begun", () -> server.accepted() > 0);

      process.signal("INT");

      assertThat(process.awaitExit(Duration.ofSeconds(20))).isEqualTo(1);
      assertThat(process.out())
          .contains("idle          inconclusive   ended by its user")
          .contains("drip          skipped        the checks were ended by their user");
    }
  }
}
