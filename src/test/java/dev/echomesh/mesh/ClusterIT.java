package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.testing.MiniCluster;
import dev.echomesh.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node processes that form a cluster, and what becomes of it when one goes. */
class ClusterIT {
  private static final Duration EXIT = Duration.ofSeconds(60);
  private static final List<String> NAMES = List.of("a", "b", "c");

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
  void shouldSayWhoIsDownWhenOneIsKilled() {
    cluster.complete();

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
    }
  }

  private static boolean tellsOfTheLost(MeshMatrix matrix) {
    return matrix.findings().size() == 1
        && matrix.findings().get(0).kind() == MeshFinding.Kind.TARGET_DOWN
        && matrix.findings().get(0).subjects().equals(List.of("b"))
        && matrix.findings().get(0).sentence().endsWith("and the cluster has lost it too");
  }

  @Test
  void shouldLeaveTheOthersInPeaceWhenOneIsToldToEnd() {
    cluster.complete();
    MiniCluster.Node leaving = cluster.node("c");

    leaving.process().terminate();

    assertThat(leaving.process().awaitExit(EXIT)).isZero();
    assertThat(leaving.logged("WARN|ERROR|Exception")).isEmpty();
    for (String name : List.of("a", "b")) {
      MiniCluster.Node node = cluster.node(name);
      assertThat(node.awaitLog("member c at 127.0.0.1 has left")).isNotEmpty();
    }
    cluster.awaitHealth("a", "b");
  }

  @Test
  void shouldNotTakeAStrangerInWhoseCertificateIsOfAnotherAuthority() {
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

      assertThat(first.awaitLog("127.0.0.1 was turned away: ")).isNotEmpty();
      assertThat(second.awaitLog("127.0.0.1 was turned away: ")).isNotEmpty();
      assertThat(other.matrix().nodes()).extracting(MeshNode::name).containsExactly("stranger");
      secured.awaitHealth("d", "e");
      assertThat(first.logged("stranger")).isEmpty();
      assertThat(second.logged("stranger")).isEmpty();
    }
  }

  private static String tls(Path certificate, Path key, Path authority) {
    return "{certFile: '%s', keyFile: '%s', caFile: '%s'}".formatted(certificate, key, authority);
  }
}
