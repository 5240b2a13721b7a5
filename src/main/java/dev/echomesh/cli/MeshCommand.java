package dev.echomesh.cli;

import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.RequestException;
import dev.echomesh.client.NodeClient;
import dev.echomesh.client.NodeException;
import dev.echomesh.node.VertxFactory;
import dev.echomesh.report.MatrixText;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the mesh as a running node sees it. */
@Command(
    name = "mesh",
    description = "Print who reaches whom, as a running node sees it.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit code 1 if a sampled path is failing, down or stale; else 0, also if nothing",
      "is sampled. With --watch until Ctrl-C, and the code is that of the last matrix."
    })
final class MeshCommand implements Callable<Integer> {
  private static final long WATCH_MILLIS = 2000;
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "Which node to ask (http://127.0.0.1:8007).")
  private String url = "http://127.0.0.1:8007";

  @Mixin private NodeOptions node = new NodeOptions();

  @Option(names = "--watch", description = "Print it again every two seconds.")
  private boolean watch;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "text (default) or json, on standard output; with --watch a line each.")
  private Output output = Output.TEXT;

  @Nullable @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Vertx vertx = VertxFactory.forCommand();
    try {
      NodeClient client = new NodeClient(vertx, node.at("--node", url));
      return watch ? watch(client) : show(client);
    } catch (RequestException refused) {
      throw new UsageException(url + ": " + refused.getMessage());
    } finally {
      Blocking.await(vertx.close());
    }
  }

  private int watch(NodeClient client) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Signals.onFirst(ended::countDown);
    int code = show(client);
    // it ends with who reads it, too
    while (!System.out.checkError() && !ended.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
      try {
        code = show(client);
      } catch (NodeException e) {
        // the node may come back
        Objects.requireNonNull(spec).commandLine().getErr().println("echomesh: " + e.getMessage());
      }
    }
    return code;
  }

  private int show(NodeClient client) throws Exception {
    MeshMatrix matrix = Blocking.await(client.get("/api/v1/mesh").map(MeshMatrix::fromJson));
    boolean terminal = Terminal.isStandardOutput();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(watch && terminal && output == Output.TEXT ? CLEAR : "");
    if (output == Output.TEXT) {
      out.print(MatrixText.render(matrix, terminal, ZoneId.systemDefault()));
    } else {
      out.println(watch ? matrix.toJson().encode() : matrix.toJson().encodePrettily());
    }
    out.flush();
    return matrix.isSound() ? ExitCode.PASSED : ExitCode.FAILED;
  }
}
