package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.SourceResult;
import dev.echomesh.bus.TestReport;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.MiniCluster;
import dev.echomesh.testing.TestCertificates;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node processes that form a cluster, and what becomes of it when one goes. */
class ClusterIT {
  private static final Duration EXIT = Duration.ofSeconds(60);
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int FRAMES_A_SECOND = 100;
  private static final int TLS_ALERT = 0x15;
  private static final Pattern LOUD = Pattern.compile("WARN|ERROR|Exception");

  @TempDir private static Path directory;
  private static MiniCluster cluster;

  @BeforeAll
  static void begin() {
    cluster = MiniCluster.of(directory, "a", "b", "c");
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @Test
  void shouldTellTheSameThreeMembersOnEachOfThem() {
    cluster.complete();

    for (String name : NAMES) {
      MeshMatrix matrix = cluster.node(name).matrix();
      assertThat(matrix.node()).isEqualTo(name);
      assertThat(matrix.cluster()).isEqualTo("echomesh");
      assertThat(matrix.nodes()).extracting(MeshNode::name).containsExactly("a", "b", "c");
      assertThat(matrix.paths())
          .extracting(path -> path.from() + path.to())
          .containsExactlyInAnyOrder("ab", "ac", "ba", "bc", "ca", "cb");
    }
  }

  @Test
  void shouldListenOnWhatIsConfiguredAndNothingElse() {
    cluster.complete();

    for (String name : NAMES) {
      MiniCluster.Node node = cluster.node(name);
      assertThat(node.listening()).isEqualTo(node.configured());
    }
  }

  @Test
  void shouldSayWhoIsDownAndKeepTheOthersResultsWhenOneIsKilled() {
    cluster.complete();
    Run run = Run.begin(cluster.node("a"), "@c", "8s", "a", "b");

    cluster.node("b").process().kill();

    for (String name : List.of("a", "c")) {
      MiniCluster.Node node = cluster.node(name);
      cluster.until(name + " finds b down and lost", () -> tellsOfTheLost(node.matrix()));
      MeshMatrix matrix = node.matrix();
      assertThat(matrix.findings().get(0).sentence()).startsWith("b is down: ");
      assertThat(matrix.nodes())
          .filteredOn(each -> each.name().equals("b"))
          .extracting(MeshNode::state)
          .containsExactly(MeshNode.State.DOWN);
      assertThat(node.awaitLog("member b at 127.0.0.1 is gone")).isNotEmpty();
      assertThat(node.logged("ERROR|Exception|__vertx|ISPN")).isEmpty();
    }
    TestReport report = run.report();
    assertThat(report.passed()).isFalse();
    assertThat(report.reasons()).contains("b: no report: node b has left the cluster");
    assertPassedWithoutLoss(report, "a");
  }

  private static boolean tellsOfTheLost(MeshMatrix matrix) {
    return matrix.findings().size() == 1
        && matrix.findings().get(0).kind() == MeshFinding.Kind.TARGET_DOWN
        && matrix.findings().get(0).subjects().equals(List.of("b"))
        && matrix.findings().get(0).sentence().endsWith("and the cluster has lost it too");
  }

  @Test
  void shouldLoseNoFrameBetweenTheOthersWhileEveryNodeIsRestartedInTurn() {
    cluster.complete();
    for (String name : NAMES) {
      List<String> others = NAMES.stream().filter(each -> !each.equals(name)).toList();
      restart(name, others.get(0), others.get(1));
    }
  }

  /** While the asked one of the others, and the node itself, test the target. */
  private static void restart(String name, String asked, String target) {
    MiniCluster.Node leaving = cluster.node(name);
    Run run = Run.begin(cluster.node(asked), "@" + target, "10m", asked, name);

    leaving.process().terminate();

    assertThat(leaving.process().awaitExit(EXIT)).isZero();
    List<String> lines = leaving.process().err().lines().toList();
    int end = lines.indexOf(leaving.logged("draining").get(0));
    assertThat(lines.subList(end, lines.size())).noneMatch(line -> LOUD.matcher(line).find());
    for (String other : List.of(asked, target)) {
      cluster.until(
          other + " has seen it leave",
          () ->
              cluster.node(other).matrix().nodes().stream()
                  .noneMatch(node -> node.name().equals(name)));
    }
    cluster.awaitHealth(asked, target);
    cluster.complete();
    long frames = run.frames();
    cluster.until("the run goes on", () -> run.frames() > frames);
    TestReport report = run.end();
    assertPassedWithoutLoss(report, asked);
    assertThat(report.sources()).extracting(SourceResult::node).containsExactly(asked, name);
    // to have joined again does not make it a source again
    assertThat(report.sources().get(1).frames().count(Outcome.OK))
        .isLessThan(report.sources().get(0).frames().count(Outcome.OK));
  }

  /** A test from some nodes that one of them was asked for. */
  private record Run(MiniCluster.Node asked, String location) {
    /** Begins it, and waits until it is under way. */
    static Run begin(MiniCluster.Node asked, String target, String duration, String... from) {
      HttpCall.Reply begun =
          asked.post(
              "/api/v1/tests",
              new JsonObject()
                  .put("target", target)
                  .put("from", new JsonArray(List.of(from)))
                  .put("mode", "rate")
                  .put("rate", FRAMES_A_SECOND)
                  .put("warmup", "0s")
                  .put("duration", duration));
      assertThat(begun.status()).as(begun.body()).isEqualTo(202);
      Run run = new Run(asked, begun.header("Location"));
      cluster.until("the run is under way", () -> run.frames() > 0);
      return run;
    }

    /** So far. */
    long frames() {
      return asked.get(location).json().getValue("progress") instanceof JsonObject told
          ? told.getLong("frames")
          : 0;
    }

    /** Ends it early. */
    TestReport end() {
      assertThat(asked.delete(location).status()).isLessThan(300);
      return report();
    }

    TestReport report() {
      cluster.until("the run has ended", () -> asked.get(location).json().containsKey("schema"));
      return TestReport.fromJson(asked.get(location).json());
    }
  }

  private static void assertPassedWithoutLoss(TestReport report, String source) {
    assertThat(report.sources())
        .filteredOn(each -> each.node().equals(source))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.verdict()).as(each.problem()).isEqualTo("pass");
              assertThat(each.frames().frames()).isPositive();
              assertThat(each.frames().count(Outcome.OK)).isEqualTo(each.frames().frames());
            });
  }

  @Test
  void shouldNotTakeAStrangerInWhoseCertificateIsOfAnotherAuthority() throws IOException {
    TestCertificates certificates = TestCertificates.shared();
    String member =
        tls(certificates.memberCertificate(), certificates.memberKey(), certificates.ca());
    String stranger =
        tls(certificates.strangerCertificate(), certificates.strangerKey(), certificates.ca());
    try (MiniCluster secured = MiniCluster.of(directory, "d", "e", "stranger")) {
      MiniCluster.Node first = secured.start("d", member);
      MiniCluster.Node second = secured.start("e", member);
      secured.awaitHealth("d", "e");

      MiniCluster.Node other = secured.start("stranger", stranger);

      for (MiniCluster.Node each : List.of(first, second, other)) {
        assertThat(
                each.awaitLog("WARN +ClusterLog - no cluster connection with 127\\.0\\.0\\.1: .*"))
            .contains("certificate");
      }
      assertThat(other.matrix().nodes()).extracting(MeshNode::name).containsExactly("stranger");
      secured.awaitHealth("d", "e");
      assertThat(first.logged("stranger")).isEmpty();
      assertThat(second.logged("stranger")).isEmpty();
      for (MiniCluster.Node each : List.of(first, second, other)) {
        assertThat(each.logged("Exception|^\\s+at ")).isEmpty();
      }
      for (int port : first.memberPorts()) {
        for (SSLContext context :
            List.of(certificates.clientContext(), certificates.strangerContext())) {
          assertThat(firstByte(port, context.getSocketFactory())).as("port %d", port).isEqualTo(-1);
        }
        assertThat(firstByte(port, SocketFactory.getDefault()))
            .as("port %d in plain text", port)
            .isIn(-1, TLS_ALERT);
      }
      secured.awaitHealth("d", "e");
    }
  }

  /** What a port has to say to a client that sends something; -1 if it is cut off. */
  private static int firstByte(int port, SocketFactory sockets) throws IOException {
    try (Socket client = sockets.createSocket("127.0.0.1", port)) {
      client.setSoTimeout((int) EXIT.toMillis());
      try {
        client.getOutputStream().write(new byte[64]);
        return client.getInputStream().read();
      } catch (SSLException | SocketException e) {
        return -1;
      }
    }
  }

  @Test
  void shouldKeepToThoseThatSpeakTheSameProtocol() {
    try (MiniCluster mixed = MiniCluster.of(directory, "f", "g", "foreign")) {
      MiniCluster.Node first = mixed.start("f", "off");
      assertThat(first.awaitLog("member of cluster echomesh: f$")).isNotEmpty();

      try (JavaProcess foreign =
          JavaProcess.ofMain(
              ForeignMember.class.getName(),
              MiniCluster.JVM,
              mixed.configure("foreign", "off").toString())) {
        assertThat(foreign.awaitLine("^announced$", EXIT)).isNotNull();
        assertThat(
                first.awaitLog(
                    "foreign at 127\\.0\\.0\\.1 \\(Echomesh 9\\.0\\.0\\) is left out: it speaks protocol 2, this node 1$"))
            .isNotEmpty();
        assertThat(first.matrix().nodes()).extracting(MeshNode::name).containsExactly("f");
        MiniCluster.Node second = mixed.start("g", "off");
        assertThat(second.process().awaitExit(EXIT)).isEqualTo(2);
        assertThat(second.process().err().lines())
            .contains(
                "echomesh: mesh.cluster: echomesh: member foreign (Echomesh 9.0.0) speaks protocol 2"
                    + " (expected 1, which this version speaks)");
      }
    }
  }

  private static String tls(Path certificate, Path key, Path authority) {
    return "{certFile: '%s', keyFile: '%s', caFile: '%s'}".formatted(certificate, key, authority);
  }
}
