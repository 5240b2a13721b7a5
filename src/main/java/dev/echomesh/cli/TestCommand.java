package dev.echomesh.cli;

import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.client.NodeAddress;
import dev.echomesh.client.NodeClient;
import dev.echomesh.client.RemotePeer;
import dev.echomesh.node.LocalTester;
import dev.echomesh.report.HtmlReport;
import dev.echomesh.report.TextReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures one path and reports. */
@Command(
    name = "test",
    description = "Send frames to an echo server, check every byte that comes back, and report.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Durations are written 250ms, 10s, 5m; sizes 64, 64KiB, 1MiB.",
      "Ctrl-C stops sending, waits for what is outstanding and reports; a second one",
      "ends at once."
    })
final class TestCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "TARGET",
      description =
          "HOST:PORT, [IPv6]:PORT or HOST:SERVICE; with --node also @NODE or @NODE/ENDPOINT.")
  private String target = "";

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "ping: one frame in flight per connection (default); rate: open loop at --rate; stream: a"
              + " window of frames in flight; connect: a new connection for every frame; find-max:"
              + " the highest rate that keeps all thresholds.")
  @Nullable
  private String mode;

  @Option(
      names = "--frame-length",
      paramLabel = "SIZE",
      description = "Bytes of a frame, 32 to 1MiB (64).")
  @Nullable
  private String frameLength;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Connections at the same time (1).")
  @Nullable
  private Long connections;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "How long to send, warm-up not counted (10s).")
  @Nullable
  private String duration;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Frames over all connections; ends the run earlier.")
  @Nullable
  private Long count;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      description =
          "Frames of the first part are verified, but not in the latencies (1s; 0s with --count).")
  @Nullable
  private String warmup;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "For a connection to be made and for a frame to come back (5s).")
  @Nullable
  private String timeout;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Frames in flight per connection in mode stream (16).")
  @Nullable
  private Long window;

  @Option(
      names = "--rate",
      paramLabel = "R|A..B/TIME",
      description =
          "Frames, or connections in mode connect, per second over all connections: 1000, 50k, or a"
              + " ramp 1k..50k/30s. In mode find-max, where the search begins (1000).")
  @Nullable
  private String rate;

  @Option(
      names = "--arrivals",
      paramLabel = "KIND",
      description = "constant (default) or poisson: how the frames of --rate are spread.")
  @Nullable
  private String arrivals;

  @Option(
      names = "--graceful-close",
      description =
          "In mode connect, end by FIN; without, by RST, which leaves no port in TIME_WAIT.")
  private boolean gracefulClose;

  @Option(
      names = "--timestamps",
      description =
          "Let the endpoint stamp its receive and send times into frames (see its key timestamps),"
              + " and tell its residence from path time; the stamps are not verified.")
  private boolean timestamps;

  @Option(
      names = "--bandwidth",
      paramLabel = "RATE",
      description =
          "What the path's narrowest link carries, such as 125MB/s; in mode stream, for the"
              + " transfer-time ratio of RFC 6349.")
  @Nullable
  private String bandwidth;

  @Option(names = "--source", paramLabel = "ADDRESS", description = "Address to send from.")
  @Nullable
  private String source;

  @Option(names = "-4", description = "Use IPv4 only.")
  private boolean ipv4;

  @Option(names = "-6", description = "Use IPv6 only.")
  private boolean ipv6;

  @Option(names = "--dscp", paramLabel = "N", description = "Code point of the IP header, 0 to 63.")
  @Nullable
  private Long dscp;

  @Option(
      names = "--send-buffer",
      paramLabel = "SIZE",
      description = "Socket send buffer (the system's own).")
  @Nullable
  private String sendBuffer;

  @Option(
      names = "--receive-buffer",
      paramLabel = "SIZE",
      description = "Socket receive buffer (the system's own).")
  @Nullable
  private String receiveBuffer;

  @Option(
      names = "--fail-if",
      paramLabel = "EXPRESSION",
      description =
          "Fail the run if it holds, for example 'p99 > 5ms', 'tcp.retransmits > 0' or"
              + " 'throughput < 100MB/s'; can be given several times.")
  private List<String> failIf = new ArrayList<>();

  @Mixin private TlsOptions tls = new TlsOptions();

  @Option(
      names = "--peer-api",
      paramLabel = "URL",
      description = "API of the target's node, to ask what it counted on these connections.")
  @Nullable
  private String peerApi;

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "API of the node that tests instead; files of --tls-* are on its machine.")
  @Nullable
  private String nodeUrl;

  @Option(
      names = "--from",
      split = ",",
      paramLabel = "NODE|all",
      description = "With --node: the nodes of its cluster that test at the same time.")
  private List<String> from = new ArrayList<>();

  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "text (default) or json, on standard output.")
  private Output output = Output.TEXT;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write the report as one self-contained page too.")
  @Nullable
  private Path html;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the payload (0).")
  @Nullable
  private Long seed;

  @Option(names = "--quiet", description = "No progress on standard error.")
  private boolean quiet;

  @Nullable @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    TestRequest request = request();
    HtmlFile page = html == null ? null : HtmlFile.at(html);
    try {
      TestReport report = nodeUrl == null ? here(request) : there(nodeUrl, request);
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      out.print(
          output == Output.JSON
              ? report.toJson().encodePrettily() + System.lineSeparator()
              : TextReport.render(report));
      out.flush();
      if (page != null) {
        page.write(HtmlReport.render(report));
      }
      return report.passed() ? ExitCode.PASSED : ExitCode.FAILED;
    } catch (RequestException refused) {
      throw Refusals.asUsage(refused);
    }
  }

  private TestReport here(TestRequest request) throws Exception {
    if (!from.isEmpty()) {
      throw new UsageException("--from: only with --node, the node that has others test");
    }
    NodeAddress peer = peerApi == null ? null : node.at("--peer-api", peerApi);
    try (LocalTester tester = LocalTester.start()) {
      if (peer != null) {
        RemotePeer.on(tester.vertx(), new NodeClient(tester.vertx(), peer));
      }
      Signals.onFirst(tester::cancel);
      ProgressLine progress = ProgressLine.onTerminal(quiet);
      TestReport report = Blocking.await(tester.run(request, progress::show));
      progress.clear();
      return report;
    }
  }

  private TestReport there(String url, TestRequest request) throws Exception {
    if (peerApi != null) {
      throw new UsageException("--peer-api: not with --node, which asks on its event bus");
    }
    NodeAddress address = node.at("--node", url);
    JsonObject json = request.toJson();
    if (!from.isEmpty()) {
      json.put("from", from.equals(List.of("all")) ? "all" : new JsonArray(from));
    }
    ProgressLine progress = ProgressLine.onTerminal(quiet);
    JsonObject report =
        RemoteCommand.run(
            address, runs -> runs.test(json, news -> progress.show(TestProgress.fromJson(news))));
    progress.clear();
    return TestReport.fromJson(report);
  }

  private TestRequest request() {
    JsonObject json =
        new JsonObject()
            .put("target", target)
            .put("mode", mode)
            .put("frameLength", frameLength)
            .put("connections", connections)
            .put("duration", duration)
            .put("count", count)
            .put("warmup", warmup)
            .put("timeout", timeout)
            .put("window", window)
            .put("rate", rate)
            .put("arrivals", arrivals)
            .put("gracefulClose", gracefulClose)
            .put("timestamps", timestamps)
            .put("bandwidth", bandwidth)
            .put("source", source)
            .put("family", family())
            .put("dscp", dscp)
            .put("sendBuffer", sendBuffer)
            .put("receiveBuffer", receiveBuffer)
            .put("failIf", new JsonArray(failIf))
            .put("seed", seed)
            .put("tls", tls.toJson());
    try {
      return TestRequest.fromJson(json);
    } catch (RequestException invalid) {
      throw Refusals.asUsage(invalid);
    }
  }

  private @Nullable String family() {
    if (ipv4 && ipv6) {
      throw new UsageException("-4 and -6 exclude each other");
    }
    return ipv4 ? "ipv4" : ipv6 ? "ipv6" : null;
  }
}
