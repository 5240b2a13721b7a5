package dev.echomesh.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.testing.Execution;
import dev.echomesh.testing.Programs;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  void shouldTellThatThereIsNoRouteToTheTarget() {
    Execution test = test("203.0.113.1:7", "--count", "1");

    JsonObject report = new JsonObject(test.out());
    assertThat(test.exitCode()).as(report.encodePrettily()).isEqualTo(1);
    assertThat(report.getJsonObject("outcomes"))
        .isEqualTo(new JsonObject().put("ok", 0).put("unreachable", 1));
    assertThat(report.getJsonArray("reasons").encode())
        .contains("1 connection unreachable")
        .doesNotContain("null");
  }

  @Test
  void shouldTellThatLocalPortsRanOut() throws Exception {
    inside("ip", "link", "set", "lo", "up").expectSuccess();
    Process node = startNode();
    try {
      // the self-test's ports wait for a minute until they can be had again
      inside("sh", "-c", "echo '61000 61001' > /proc/sys/net/ipv4/ip_local_port_range")
          .expectSuccess();
      Execution test = test("127.0.0.1:" + PORT, "--connections", "5", "--count", "10");

      JsonObject report = new JsonObject(test.out());
      assertThat(test.exitCode()).as(report.encodePrettily()).isEqualTo(1);
      assertThat(report.getJsonObject("outcomes"))
          .isEqualTo(new JsonObject().put("ok", 4).put("local_limit", 3));
      assertThat(report.getJsonObject("connections").getInteger("opened")).isEqualTo(2);
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
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Stream.concat(
            Stream.of(
                "ip",
                "netns",
                "exec",
                namespace,
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.echomesh.Main"),
            Stream.of(arguments))
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
