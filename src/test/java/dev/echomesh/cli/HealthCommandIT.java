package dev.echomesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.Health;
import dev.echomesh.bus.HealthStatus;
import dev.echomesh.testing.JsonServer;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import dev.echomesh.testing.TestCertificates;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health of a node by its own configuration, however that lets it be asked. */
class HealthCommandIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.shared();

  @TempDir private Path directory;

  @Test
  void shouldTellThatANodeIsWellUntilItIsGone() throws Exception {
    String config = config("");
    LocalNode node = LocalNode.start(config);
    int port = port(node);
    CommandRun well = wellByTheEnd(() -> health(config, port));
    assertThat(well.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("event-loops +ok +none is blocked.*"),
            line -> assertThat(line).matches("endpoints +ok +1 open"));

    node.close();
    assertUnwell("the node cannot be asked", health(config, port));
  }

  @Test
  void shouldAskOverTlsAndShowATokenWhereHealthIsNotOpen() throws Exception {
    String config =
        config(
            ", host: 0.0.0.0, tokenFile: '%s', tls: {certFile: '%s', keyFile: '%s'}"
                .formatted(
                    directory.resolve("tokens"),
                    CERTIFICATES.serverCertificate(),
                    CERTIFICATES.serverKey()));
    try (LocalNode node = LocalNode.start(config)) {
      var unused = wellByTheEnd(() -> health(config, port(node)));

      String another =
          config
              .replace(
                  CERTIFICATES.serverCertificate().toString(),
                  CERTIFICATES.strangerCertificate().toString())
              .replace(CERTIFICATES.serverKey().toString(), CERTIFICATES.strangerKey().toString());
      assertUnwell("the node cannot be asked", health(another, port(node)));
    }
  }

  @Test
  void shouldShowItsCertificateWhereNothingElseIsTaken() throws Exception {
    String config =
        config(
            ", host: 0.0.0.0, tls: {certFile: '%s', keyFile: '%s', clientCaFile: '%s'}"
                .formatted(
                    CERTIFICATES.memberCertificate(), CERTIFICATES.memberKey(), CERTIFICATES.ca()));
    try (LocalNode node = LocalNode.start(config)) {
      var unused = wellByTheEnd(() -> health(config, port(node)));
    }
  }

  @Test
  void shouldTryTheEndpointsOfANodeThatCannotBeAsked() throws Exception {
    String config = "{echo: {endpoints: [{name: echo, port: 0}]}, web: {enabled: false}}";
    int port;
    try (LocalNode node = LocalNode.start(config)) {
      port = node.port("echo");
      String setting = "echo.endpoints[0].port=" + port;
      CommandRun well = wellByTheEnd(() -> run(config, setting));
      assertThat(well.out()).matches("echo +ok +accepts at 127.0.0.1:" + port + "\\R");
    }
    CommandRun gone = run(config, "echo.endpoints[0].port=" + port);
    assertThat(gone.exitCode()).isEqualTo(1);
    assertThat(gone.out()).matches("echo +down +does not accept at .*: Connection refused\\R");
    assertThat(run(config, "node.zone=z").exitCode()).isEqualTo(2);
  }

  @Test
  void shouldSayWhatIsNotWell() throws Exception {
    Health ill = Health.of(List.of(new Health.Check("cluster", HealthStatus.DOWN, "not a member")));
    try (LocalNode other = LocalNode.start("{}");
        JsonServer server = JsonServer.start(other.node().vertx(), 503, asked -> ill.toJson())) {
      CommandRun run = health(config(""), server.port());

      assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
      assertThat(run.out()).matches("cluster +down +not a member\\R");
    }
  }

  @Test
  void shouldRefuseAConfigurationByWhichNoNodeIsFound() throws Exception {
    CommandRun run = run(config(""), "node.zone=z");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "echomesh: web.port: 0 (expected a port by which the node can be found)");
  }

  private static String config(String web) {
    return "{echo: {endpoints: [{name: echo, port: 0}]}, web: {enabled: true, port: 0%s}}"
        .formatted(web);
  }

  private static int port(LocalNode node) {
    return URI.create(String.valueOf(node.node().url())).getPort();
  }

  private CommandRun health(String config, int webPort) throws Exception {
    return run(config, "web.port=" + webPort);
  }

  private CommandRun run(String config, String setting) throws Exception {
    Path file = Files.writeString(directory.resolve("node.yaml"), config);
    return CommandRun.of("health", "--config", file.toString(), "--set", setting);
  }

  /**
   * A loaded machine may leave an event loop without a processor for seconds, which is not well.
   */
  private static CommandRun wellByTheEnd(Callable<CommandRun> command) {
    AtomicReference<CommandRun> latest = new AtomicReference<>();
    Patience.until(
        "the node is well",
        () -> {
          CommandRun run = command.call();
          latest.set(run);
          return run.exitCode() == 0;
        });
    return Objects.requireNonNull(latest.get());
  }

  private static void assertUnwell(String why, CommandRun run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().startsWith("echomesh: ").contains(why);
  }
}
