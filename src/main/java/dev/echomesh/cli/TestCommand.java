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
          "HOST:PORT, [IPv6]:PORT or HOST:SERVICE; with --node also @NODE or @NODE/ENDPOINT of its"
              + " cluster.")
  private String target = "";

  @Mixin private TestOptions options = new TestOptions();

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

  @Mixin private HtmlFile page = new HtmlFile();

  @Option(names = "--quiet", description = "No progress on standard error.")
  private boolean quiet;

  @Nullable @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    TestRequest request = options.toRequest(target);
    page.requireWritable();
    try {
      TestReport report = nodeUrl == null ? here(request) : there(nodeUrl, request);
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      out.print(
          output == Output.JSON
              ? report.toJson().encodePrettily() + System.lineSeparator()
              : TextReport.render(report));
      out.flush();
      page.write(() -> HtmlReport.render(report));
      return report.passed() ? ExitCode.PASSED : ExitCode.FAILED;
    } catch (RequestException refused) {
      throw Refusals.asUsage(refused);
    }
  }

  private TestReport here(TestRequest request) throws Exception {
    if (!from.isEmpty()) {
      throw new UsageException("--from: only with --node, the node that has others test");
    }
    if (peerApi == null) {
      node.requireUnused("--node or --peer-api");
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
}
