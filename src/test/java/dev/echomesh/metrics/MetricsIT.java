package dev.echomesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.TestRequest;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.Programs;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Prometheus gets to see. */
@SuppressWarnings("NullAway.Init") // the fields are set when the node has started
class MetricsIT {
  private static final String FRAMES_OK =
      "echomesh_probe_frames_total{outcome=\"ok\",target_zone=\"\"}";
  private static final String CONFIG =
      """
      echo: {endpoints: [{name: echo, port: 0}]}
      web: {enabled: true, port: 0}
      metrics: {enabled: true}
      """;

  private LocalNode node;
  private String url;

  @BeforeEach
  void startNode() {
    node = LocalNode.start(CONFIG);
    url = String.valueOf(node.node().url());
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void shouldSatisfyPromtool() throws IOException {
    Programs.requireProgram("promtool");
    client();
    run();

    Execution checked =
        Programs.run(
            Duration.ofSeconds(30),
            scrape().getBytes(StandardCharsets.UTF_8),
            "promtool",
            "check",
            "metrics");

    assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
  }

  @Test
  void shouldHaveTheSeriesThatOthersRelyOn() throws IOException {
    client();
    run();

    // the node hears of the end of a run, and of a connection, when the run's user may know already
    Patience.until("frames of the run", () -> figure(FRAMES_OK) >= 10);
    Patience.until("nobody is connected", () -> node.info("echo").connections() == 0);
    String metrics = scrape();
    assertThat(metrics)
        .contains(
            "echomesh_echo_connections{endpoint=\"echo\"} 0.0\n",
            "echomesh_echo_rejected_total{endpoint=\"echo\",reason=\"not_allowed\"} 0.0\n",
            "echomesh_probe_frames_total{outcome=\"ok\",target_zone=\"\"} 10.0\n",
            "echomesh_probe_frames_total{outcome=\"mismatch\",target_zone=\"\"} 0.0\n",
            "echomesh_probe_connect_seconds_count 1\n",
            "echomesh_probe_connect_seconds_bucket{le=\"3.0\"} 1\n",
            "echomesh_probe_rtt_seconds_count 10\n",
            "echomesh_schedule_lag_seconds_bucket{le=\"+Inf\"}",
            "echomesh_build_info{java=",
            "vertx_eventbus_handlers ",
            "vertx_net_server_active_connections",
            "jvm_memory_used_bytes{",
            "process_files_open_files ",
            "process_cpu_seconds_total ");
    assertThat(metrics)
        .containsPattern(
            "echomesh_echo_bytes_total\\{direction=\"received\",endpoint=\"echo\"} \\S+");
  }

  @Test
  void shouldCountWhatIsProbedAllTheTime() {
    probe();

    Patience.until("frames of probes", () -> figure(FRAMES_OK) >= 10);
    String metrics = scrape();
    assertThat(figure(metrics, "echomesh_probe_rtt_seconds_count")).isGreaterThanOrEqualTo(10);
    assertThat(figure(metrics, "echomesh_probe_connect_seconds_count")).isPositive();
    assertThat(figure(metrics, "echomesh_schedule_lag_seconds_count")).isGreaterThan(2);
    assertThat(figure(metrics, "echomesh_mesh_paths{state=\"ok\"}")).isEqualTo(1);
  }

  @Test
  void shouldHaveAsManySeriesAfterThousandClientsAndHundredRunsAsBefore() throws IOException {
    probe();
    for (int i = 0; i < 10; i++) {
      client();
      run();
    }
    HttpCall.of(url, "BREW", "/").send();
    Set<String> first = scrapeTwice();

    for (int i = 0; i < 1000; i++) {
      client();
      if (i % 10 == 0) {
        run();
      }
      if (i % 100 == 0) {
        HttpCall.of(url, "BREW" + i, "/nothing/" + i).send();
      }
    }
    Set<String> last = scrapeTwice();

    // a collection of garbage has a cause, and there may have been one of another
    last.removeIf(MetricsIT::isOfACollection);
    first.removeIf(MetricsIT::isOfACollection);
    assertThat(last).isEqualTo(first);
  }

  /** From Java 20 on also of those that G1 makes beside the program. */
  private static boolean isOfACollection(String series) {
    return series.startsWith("jvm_gc_pause") || series.startsWith("jvm_gc_concurrent_phase_time");
  }

  /** The second one has what the first one made: series of the scrape itself. */
  private Set<String> scrapeTwice() {
    Patience.until("nobody but the probe", () -> node.info("echo").connections() <= 1);
    scrape();
    Set<String> series = new TreeSet<>();
    scrape()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> series.add(line.substring(0, line.lastIndexOf(' '))));
    return series;
  }

  private String scrape() {
    HttpCall.Reply reply = HttpCall.get(url, "/metrics").send();
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    return reply.body().replace("\r\n", "\n");
  }

  private double figure(String series) {
    return figure(scrape(), series);
  }

  private static double figure(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series + " in\n" + metrics));
  }

  /** Has the node probe its own endpoint from now on. */
  private void probe() {
    node.follow(
        CONFIG
            + "probes: [{name: self, every: 50ms, target: '127.0.0.1:%d'}]\n"
                .formatted(node.port("echo")));
  }

  private void client() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port("echo"))) {
      socket.getOutputStream().write(7);
      assertThat(socket.getInputStream().read()).isEqualTo(7);
    }
  }

  private void run() {
    JsonObject request =
        new JsonObject().put("target", "127.0.0.1:" + node.port("echo")).put("count", 10);
    var unused =
        LocalNode.await(
            node.node().tester().run(TestRequest.fromJson(request), id -> {}, progress -> {}));
  }
}
