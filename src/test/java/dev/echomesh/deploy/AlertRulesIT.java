package dev.echomesh.deploy;

import static dev.echomesh.deploy.Manifests.cast;
import static dev.echomesh.deploy.Manifests.given;
import static dev.echomesh.deploy.Manifests.list;
import static dev.echomesh.deploy.Manifests.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    List<String> alerts = Matches.all("- alert: (\\w+)", rules);

    assertThat(alerts).isNotEmpty().doesNotHaveDuplicates();
    for (Object group : list(Manifests.parse(rules).get(0), "groups")) {
      for (Object rule : list(cast(group), "rules")) {
        String alert = given(cast(rule), "alert").toString();
        Map<String, Object> says = section(cast(rule), "annotations");
        assertThat(given(says, "summary").toString()).as(alert).contains("{{");
        assertThat(given(says, "runbook").toString()).as(alert).hasSizeGreaterThan(40);
        assertThat(section(cast(rule), "labels").get("severity"))
            .as(alert)
            .isIn("critical", "warning");
      }
    }
    // only a case that expects it names an alert on a line of its own
    assertThat(Matches.all("\n +alertname: (\\w+)\n +exp_alerts:\n", tests))
        .containsExactlyInAnyOrderElementsOf(alerts);
  }

  private static void promtool(String... arguments) {
    List<String> command = Stream.concat(Stream.of("promtool"), Arrays.stream(arguments)).toList();
    Execution unused = Programs.run(Duration.ofSeconds(60), new byte[0], command).expectSuccess();
  }
}
