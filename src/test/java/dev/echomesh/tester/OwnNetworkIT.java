package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestMode;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What takes a network namespace of the test's own: a path that loses packets, none at all, and
 * local ports that run out.
 */
class OwnNetworkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PORT = "7007";

  private final String namespace = "echomesh-" + ProcessHandle.current().pid();

  @BeforeEach
  void makeANamespace() {
    Programs.requireProgram("ip");
    Programs.requireProgram("iptables");
    Execution added = run("ip", "netns", "add", namespace);
    Assumptions.assumeTrue(added.exitCode() == 0, () -> "no network namespaces: " + added.err());
  }

  @AfterEach
  void removeIt() {
    if (Programs.isInstalled("ip")) {
      var unused = run("ip", "netns", "delete", namespace);
    }
  }

  @Test
  void shouldCountRetransmitsWhereOnePacketInTwentyIsLost() throws Exception {
    inside("ip", "link", "set", "lo", "mtu", "1500", "up").expectSuccess();
    Execution rule =
        inside(
            "iptables -A INPUT -p tcp -m statistic --mode random --probability 0.05 -j DROP"
                .split(" ", -1));
    Assumptions.assumeTrue(rule.exitCode() == 0, () -> "no packet filter: " + rule.err());
    Process node = startNode();
    try {
      Execution test =
          test(
              "127.0.0.1:" + PORT, "--mode", "stream", "--frame-length", "16KiB", "--count", "400");

      JsonObject report = new JsonObject(test.out());
      assertThat(test.exitCode()).as(report.encodePrettily()).isZero();
      assertThat(report.getJsonObject("bytes").getLong("sent")).isGreaterThan(1_000_000);
      JsonObject tcp = report.getJsonObject("tcp");
      assertThat(tcp.getLong("retransmits")).isPositive();
      assertThat(tcp.getLong("rttMicros")).isPositive();
      assertThat(tcp.getInteger("mss")).isBetween(1000, 1500);
      assertThat(report.getJsonObject("rfc6349").getDouble("tcpEfficiencyPercent"))
          .isGreaterThan(50)
          .isLessThan(100);
      assertThat(
              report
                  .getJsonObject("connections")
                  .getJsonArray("addresses")
                  .getJsonObject(0)
                  .getJsonObject("tcp"))
          .as("the one connection")
          .isEqualTo(tcp);
      assertThat(tcp.getInteger("pmtu")).isEqualTo(1500);
    } finally {
      node.destroyForcibly();
      assertThat(node.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldTellInEveryModeThatThereIsNoRouteToTheTarget() {
    assertThat(inEveryMode("203.0.113.1:7", "--count", "1"))
        .allSatisfy(
            (mode, report) -> {
              assertThat(report.getJsonObject("outcomes"))
                  .isEqualTo(new JsonObject().put("ok", 0).put("unreachable", 1));
              assertThat(report.getJsonArray("reasons").encode())
                  .contains("1 connection unreachable")
                  .doesNotContain("null");
            });
  }

  @Test
  void shouldTellInEveryModeThatLocalPortsRanOut() throws Exception {
    inside("ip", "link", "set", "lo", "up").expectSuccess();
    Process node = startNode();
    try {
      // the self-test's ports wait for a minute until they can be had again
      inside("sh", "-c", "echo '61000 61001' > /proc/sys/net/ipv4/ip_local_port_range")
          .expectSuccess();
      Map<String, JsonObject> reports =
          inEveryMode("127.0.0.1:" + PORT, "--connections", "5", "--count", "10");

      JsonObject first = Objects.requireNonNull(reports.get("ping"));
      assertThat(first.getJsonObject("outcomes"))
          .isEqualTo(new JsonObject().put("ok", 4).put("local_limit", 3));
      assertThat(first.getJsonObject("connections").getInteger("opened")).isEqualTo(2);
      // of the others some find no port at all, because those of the one before are not free yet
      assertThat(reports)
          .allSatisfy(
              (mode, report) -> {
                JsonObject outcomes = report.getJsonObject("outcomes");
                assertThat(outcomes.fieldNames()).isSubsetOf("ok", "local_limit");
                assertThat(outcomes.getInteger("local_limit")).isPositive();
              });
    } finally {
      node.destroyForcibly();
      assertThat(node.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Execution test(String target, String... options) {
    List<String> arguments = new ArrayList<>(List.of("test", target));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--timeout", "30s", "--output", "json"));
    return Programs.run(PATIENCE, new byte[0], echomesh(arguments.toArray(new String[0])));
  }

  /** Reports by mode; none passed. */
  private Map<String, JsonObject> inEveryMode(String target, String... options) {
    List<String> arguments = new ArrayList<>(List.of(target, "--timeout", "30s"));
    arguments.addAll(List.of(options));
    Execution run =
        Programs.run(
            PATIENCE,
            new byte[0],
            java("dev.echomesh.tester.EveryMode", arguments.toArray(new String[0])));
    assertThat(run.exitCode()).as(run.err()).isZero();
    Map<String, JsonObject> reports = new LinkedHashMap<>();
    for (String line : run.out().lines().toList()) {
      JsonObject result = new JsonObject(line);
      assertThat(result.getInteger("exitCode")).as(line).isEqualTo(1);
      reports.put(result.getString("mode"), result.getJsonObject("report"));
    }
    assertThat(reports).hasSize(TestMode.values().length);
    return reports;
  }

  private Process startNode() throws IOException {
    Process node =
        new ProcessBuilder(echomesh("node", "--set", "echo.endpoints[0].port=" + PORT))
            .redirectErrorStream(true)
            .start();
    var reader = node.inputReader();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("self-test")) {
        return node;
      }
    }
    throw new AssertionError("the node ended");
  }

  private List<String> echomesh(String... arguments) {
    return java("dev.echomesh.Main", arguments);
  }

  private List<String> java(String mainClass, String... arguments) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Stream.concat(
            Stream.of("ip", "netns", "exec", namespace, java),
            Stream.concat(
                Stream.of("-cp", System.getProperty("java.class.path"), mainClass),
                Stream.of(arguments)))
        .toList();
  }

  private Execution inside(String... command) {
    return Programs.run(
        PATIENCE,
        new byte[0],
        Stream.concat(Stream.of("ip", "netns", "exec", namespace), Stream.of(command)).toList());
  }

  private static Execution run(String... command) {
    return Programs.run(PATIENCE, new byte[0], command);
  }
}
