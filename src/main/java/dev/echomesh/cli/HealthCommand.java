package dev.echomesh.cli;

import dev.echomesh.bus.Health;
import dev.echomesh.bus.HealthStatus;
import dev.echomesh.bus.RequestException;
import dev.echomesh.client.NodeAddress;
import dev.echomesh.client.NodeClient;
import dev.echomesh.client.NodeException;
import dev.echomesh.config.NodeConfig;
import dev.echomesh.config.TlsConfig;
import dev.echomesh.config.WebConfig;
import dev.echomesh.node.VertxFactory;
import dev.echomesh.spec.SocketAddresses;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Asks the node on this machine that has the same configuration how it is. */
final class HealthCommand implements Callable<Integer> {
  private final ConfigOptions config = new ConfigOptions();
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  private HealthCommand() {
    config.addTo(spec);
    spec.usageMessage()
        .description("Ask the node of this machine that runs with this configuration how it is.")
        .footer(
            "",
            "Over HTTP or HTTPS, as web.* says; without web.enabled it tries whether the",
            "endpoints accept connections. Exit code 0 if all is well, 1 if it is not or the",
            "node does not answer. For a container's health check.");
  }

  static CommandSpec spec() {
    return new HealthCommand().spec;
  }

  @Override
  public Integer call() throws Exception {
    NodeConfig loaded = config.load().config();
    try {
      return show(
          loaded.web().enabled() ? ask(loaded.web()) : Reachability.of(loaded.echo().endpoints()));
    } catch (NodeException | RequestException unwell) {
      spec.commandLine().getErr().println("echomesh: " + unwell.getMessage());
      return ExitCode.FAILED;
    }
  }

  private Integer show(Health health) {
    for (Health.Check check : health.checks()) {
      spec.commandLine()
          .getOut()
          .printf("%-12s %-8s %s%n", check.name(), check.status().key(), check.detail());
    }
    spec.commandLine().getOut().flush();
    return health.status() == HealthStatus.OK ? ExitCode.PASSED : ExitCode.FAILED;
  }

  private static Health ask(WebConfig web) throws Exception {
    NodeAddress node = address(web);
    Vertx vertx = VertxFactory.forCommand();
    try {
      return Blocking.await(new NodeClient(vertx, node).get("/health/ready").map(Health::fromJson));
    } finally {
      Blocking.await(vertx.close());
    }
  }

  /** Trusts the node's own certificate and no other, whatever name it is of. */
  private static NodeAddress address(WebConfig web) {
    if (web.port() == 0) {
      throw new UsageException("web.port: 0 (expected a port by which the node can be found)");
    }
    TlsConfig tls = web.tls();
    boolean shows = tls != null && web.knowsCertificates() && web.tokenFile() == null;
    return new NodeAddress(
        URI.create(
            (tls == null ? "http://" : "https://")
                + SocketAddresses.print(web.ownHost(), web.port())),
        web.isLoopback() || web.openHealth() ? null : token(web.tokenFile()),
        tls == null ? null : tls.certFile(),
        shows ? Objects.requireNonNull(tls).certFile() : null,
        shows ? Objects.requireNonNull(tls).keyFile() : null,
        tls != null);
  }

  private static @Nullable String token(@Nullable Path file) {
    try {
      return file == null ? null : NodeOptions.firstToken(file).orElse(null);
    } catch (IOException e) {
      throw new UsageException("web.tokenFile: " + file + " (expected a readable file)");
    }
  }
}
