package dev.echomesh.cli;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.CheckProgress;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.RequestException;
import dev.echomesh.client.NodeAddress;
import dev.echomesh.node.LocalTester;
import dev.echomesh.report.CheckText;
import dev.echomesh.report.JunitXml;
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

/** Checks what an echo server makes of TCP. */
@Command(
    name = "check",
    description = "Check that an echo server, anybody's, handles TCP as it must.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "At most 1,000 connections at once and 64 MiB on one of them; with --gentle 50",
      "and 16 MiB. Exit code 0 if no check failed and at least one passed; what is",
      "inconclusive is said, but is no failure.",
      "Ctrl-C ends the check under way and reports; a second one ends at once."
    })
final class CheckCommand implements Callable<Integer> {
  /** How results go to standard output. */
  enum Format {
    TEXT,
    JSON,
    JUNIT
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "TARGET",
      description =
          "HOST:PORT, [IPv6]:PORT or HOST:SERVICE; with --node also @NODE or @NODE/ENDPOINT of its"
              + " cluster.")
  @Nullable
  private String target;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these checks, separated by commas.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--skip",
      split = ",",
      paramLabel = "NAME",
      description = "All but these checks, separated by commas.")
  private List<String> skip = new ArrayList<>();

  @Option(names = "--list", description = "List the checks and why each matters, and end.")
  private boolean list;

  @Option(
      names = "--gentle",
      description = "Fewer connections and bytes, for a server that one does not own.")
  private boolean gentle;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "For a connection to be made, and without any byte moving (5s).")
  @Nullable
  private String timeout;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "For one check as a whole; what is not done then is inconclusive (60s).")
  @Nullable
  private String deadline;

  @Option(
      names = "--idle",
      paramLabel = "TIME",
      description = "How long check idle leaves its connection alone (5s).")
  @Nullable
  private String idle;

  @Option(
      names = "--max-absorbed",
      paramLabel = "SIZE",
      description =
          "What check flow-control lets a server take from a client that does not read (64MiB).")
  @Nullable
  private String maxAbsorbed;

  @Mixin private TlsOptions tls = new TlsOptions();

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "API of the node that checks instead; files of --tls-* are on its machine.")
  @Nullable
  private String nodeUrl;

  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "text (default), json or junit, on standard output.")
  private Format output = Format.TEXT;

  @Option(names = "--quiet", description = "No progress on standard error.")
  private boolean quiet;

  @Nullable @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (list) {
      out.print(CheckText.list(List.of(CheckName.values())));
      out.flush();
      return ExitCode.PASSED;
    }
    CheckRequest request = request();
    try {
      CheckReport report = nodeUrl == null ? here(request) : there(nodeUrl, request);
      out.print(
          switch (output) {
            case TEXT -> CheckText.render(report);
            case JSON -> report.toJson().encodePrettily() + System.lineSeparator();
            case JUNIT -> JunitXml.render(report);
          });
      out.flush();
      return report.passed() ? ExitCode.PASSED : ExitCode.FAILED;
    } catch (RequestException refused) {
      throw Refusals.asUsage(refused);
    }
  }

  private CheckReport here(CheckRequest request) throws Exception {
    node.requireUnused("--node");
    try (LocalTester tester = LocalTester.start()) {
      Signals.onFirst(tester::cancel);
      ProgressLine progress = ProgressLine.onTerminal(quiet);
      CheckReport report = Blocking.await(tester.check(request, news -> progress.show(line(news))));
      progress.clear();
      return report;
    }
  }

  private CheckReport there(String url, CheckRequest request) throws Exception {
    NodeAddress address = node.at("--node", url);
    ProgressLine progress = ProgressLine.onTerminal(quiet);
    JsonObject report =
        RemoteCommand.run(
            address,
            runs ->
                runs.check(
                    request.toJson(), news -> progress.show(line(CheckProgress.fromJson(news)))));
    progress.clear();
    return CheckReport.fromJson(report);
  }

  private static String line(CheckProgress news) {
    return "%d of %d  %s".formatted(news.number(), news.of(), news.check().key());
  }

  private CheckRequest request() {
    try {
      return CheckRequest.fromJson(
          new JsonObject()
              .put("target", target)
              .put("only", new JsonArray(only))
              .put("skip", new JsonArray(skip))
              .put("gentle", gentle)
              .put("timeout", timeout)
              .put("deadline", deadline)
              .put("idle", idle)
              .put("maxAbsorbed", maxAbsorbed)
              .put("tls", tls.toJson()));
    } catch (RequestException invalid) {
      throw Refusals.asUsage(invalid);
    }
  }
}
