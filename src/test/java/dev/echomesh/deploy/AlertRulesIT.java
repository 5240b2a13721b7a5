package dev.echomesh.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shipped alert rules, each judged by Prometheus' own tool on made-up series. */
class AlertRulesIT {
  private static final Path PROMETHEUS = Path.of("conf/prometheus");

  @BeforeEach
  void needPromtool() {
    Programs.requireProgram("promtool");
  }

  @Test
  void shouldBeRulesAndConfigurationThatPrometheusTakes() {
    promtool("check", "config", "--syntax-only", PROMETHEUS.resolve("prometheus.yml").toString());
    promtool("check", "rules", PROMETHEUS.resolve("alerts.yml").toString());
  }

  @Test
  void shouldFireForTheirCauseAndForNothingLess() {
    promtool("test", "rules", PROMETHEUS.resolve("alerts.test.yml").toString());
  }

  @Test
  void shouldHaveATestAndARunbookEach() throws IOException {
    String rules = Files.readString(PROMETHEUS.resolve("alerts.yml"));
    String tests = Files.readString(PROMETHEUS.resolve("alerts.test.yml"));
    List<String> alerts = matches(rules, "- alert: (\\w+)");

    assertThat(alerts).isNotEmpty().doesNotHaveDuplicates();
    assertThat(matches(rules, "(runbook): ")).hasSameSizeAs(alerts);
    // only a case that expects it names an alert on a line of its own
    assertThat(matches(tests, "\n +alertname: (\\w+)\n +exp_alerts:\n"))
        .containsExactlyInAnyOrderElementsOf(alerts);
  }

  private static List<String> matches(String text, String regex) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  private static void promtool(String... arguments) {
    List<String> command = Stream.concat(Stream.of("promtool"), Arrays.stream(arguments)).toList();
    Execution unused = Programs.run(Duration.ofSeconds(60), new byte[0], command).expectSuccess();
  }
}
