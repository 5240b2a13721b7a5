package dev.echomesh.cli;

import dev.echomesh.config.LoadedConfig;
import dev.echomesh.node.ConfigWatcher;
import dev.echomesh.node.Node;
import dev.echomesh.node.SelfTest;
import dev.echomesh.report.TextReport;
import dev.echomesh.spec.Version;
import io.vertx.core.Future;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;

/** Runs a node until it is told to end. */
final class NodeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

  private final ConfigOptions options;

  NodeCommand(ConfigOptions options) {
    this.options = options;
  }

  static CommandSpec spec() {
    ConfigOptions options = new ConfigOptions();
    CommandSpec spec = CommandSpec.wrapWithoutInspection(new NodeCommand(options));
    options.addTo(spec);
    spec.usageMessage()
        .description("Run a node: echo endpoints, the tester and a first self-test.")
        .footer("", "SIGINT or SIGTERM drains and ends with 0; a second one ends at once.");
    return spec;
  }

  @Override
  public Integer call() throws Exception {
    LoadedConfig loaded = options.load();
    loaded.warnings().forEach(LOG::warn);
    Node node = Blocking.await(Node.start(loaded.config()));
    PrintStream out = System.out;
    out.printf(
        "echomesh %s, node %s, transport %s%n",
        Version.current(), loaded.config().name(), node.transport());
    if (node.url() != null) {
      out.printf("console %s%n", node.url());
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Signals.onFirst(
        () -> {
          LOG.info("draining; a second signal ends at once");
          node.close()
              .onSuccess(done -> ended.complete(null))
              .onFailure(ended::completeExceptionally);
        });
    ConfigWatcher.watch(node, loaded, System.getenv(), options.sets());
    node.selfTest()
        .onSuccess(results -> results.forEach(result -> print(out, result)))
        .recover(
            cause -> {
              if (!node.isClosing()) {
                LOG.warn("self-test: {}", cause.getMessage());
              }
              return Future.succeededFuture();
            });
    Blocking.await(ended);
    return ExitCode.PASSED;
  }

  private static void print(PrintStream out, SelfTest.Result result) {
    String what = result.endpoint() + " at " + result.target();
    if (result.report() == null) {
      out.printf("self-test SKIP %s: %s%n", what, result.skipped());
      return;
    }
    out.printf(
        "self-test %s %s: %s%n",
        result.report().passed() ? "PASS" : "FAIL", what, TextReport.summary(result.report()));
    if (!result.report().passed()) {
      result.report().reasons().forEach(reason -> out.println("  " + reason));
    }
  }
}
