package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.testing.Execution;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.MiniCluster;
import dev.echomesh.testing.OwnNetwork;
import dev.echomesh.testing.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node processes on a network of their own that is taken apart and put together again. */
class PartitionIT {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int OFTEN = 4;

  @TempDir private static Path directory;
  private static @Nullable OwnNetwork network;
  private static @Nullable MiniCluster cluster;

  /** Not before all of them: Surefire tells nothing of a class that is skipped. */
  @BeforeEach
  void complete() {
    if (network == null || cluster == null) {
      network = OwnNetwork.of("a", "b", "c");
      cluster = MiniCluster.in(network, directory, "a", "b", "c");
    }
    cluster.complete();
  }

  @AfterEach
  void heal() {
    if (network != null) {
      network.heal("c");
    }
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @Test
  void shouldHealByItselfWhenAPartitionEnds() {
    partition();

    assertThat(ask("a", "c").status()).isEqualTo(503);
    assertThat(cluster().node("c").matrix().summary())
        .startsWith("c sees less than half of the mesh and so does not probe the others; ");

    network().heal("c");

    cluster().awaitHealth("a", "b", "c");
    for (String asking : NAMES) {
      NAMES.forEach(asked -> awaitAnswers(asking, asked));
    }
    assertQuiet();
  }

  @Test
  void shouldForgetWhoDiedWhileOthersWereCutOff() {
    partition();
    cluster().node("b").process().kill();
    assertThat(cluster().node("a").awaitLog("member b at 10\\.77\\.0\\.2 is gone")).isNotEmpty();

    network().heal("c");
    cluster().until("a and c are ok again", () -> isOk("a", "c") && isOk("c", "a"));
    assertThat(ask("c", "b").status()).isEqualTo(503);

    cluster().complete();
    for (String asking : NAMES) {
      awaitAnswers(asking, "b");
    }
    assertQuiet();
  }

  @Test
  void shouldNameTheOnePathThatIsBlockedOneWay() {
    Programs.requireProgram("iptables");
    Execution rule = filter("-A");
    Assumptions.assumeTrue(rule.exitCode() == 0, () -> "no packet filter: " + rule.err());

    for (String name : NAMES) {
      cluster()
          .until(
              name + " names the path", () -> !cluster().node(name).matrix().findings().isEmpty());
      assertThat(cluster().node(name).matrix().findings())
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.kind()).isEqualTo(MeshFinding.Kind.PATH_DOWN);
                assertThat(finding.subjects()).containsExactly("a", "b");
                assertThat(finding.sentence())
                    .startsWith("a does not reach b (")
                    .endsWith(
                        "only this path fails, a reaches 1 other and b is reached by 1 other");
              });
    }
    filter("-D").expectSuccess();
    cluster().awaitHealth("a", "b", "c");
  }

  @Test
  void shouldCallANodeDownThatStandsStill() {
    cluster().node("c").process().signal("STOP");

    // c has taken the request and never answers: it fails as soon as the cluster has lost c
    assertThat(ask("a", "c").status()).isEqualTo(503);
    awaitDown("a", "c");
    awaitDown("b", "c");

    cluster().node("c").process().signal("CONT");
    cluster().awaitHealth("a", "b", "c");
    awaitAnswers("a", "c");
    awaitAnswers("c", "a");
    assertQuiet();
  }

  /** What is dealt with is not complained of; that a loaded machine was late may be told. */
  private static void assertQuiet() {
    for (String name : NAMES) {
      assertThat(cluster().node(name).logged(" (WARN|ERROR) |Exception|ISPN|JGRP|__vertx"))
          .as(name)
          .allMatch(line -> line.contains(" HealthMonitor - event loop "));
    }
  }

  /** Cuts c off and waits until both sides know. */
  private static void partition() {
    network().cut("c");
    awaitDown("a", "c");
    awaitDown("b", "c");
    cluster()
        .until(
            "c has lost the others",
            () -> cluster().node("c").matrix().summary().startsWith("c sees less than half"));
  }

  private static void awaitDown(String name, String dead) {
    cluster()
        .until(
            name + " finds " + dead + " down and lost",
            () ->
                cluster().node(name).matrix().findings().stream()
                    .anyMatch(
                        finding ->
                            finding.kind() == MeshFinding.Kind.TARGET_DOWN
                                && finding.subjects().equals(List.of(dead))
                                && finding.sentence().endsWith("the cluster has lost it too")));
  }

  private static boolean isOk(String from, String to) {
    MeshMatrix matrix = cluster().node(from).matrix();
    return matrix.paths().stream()
        .anyMatch(
            path ->
                path.from().equals(from)
                    && path.to().equals(to)
                    && path.state().key().equals("ok"));
  }

  /** It may be told a little after its paths are well; from then on it always answers. */
  private static void awaitAnswers(String asking, String asked) {
    cluster().until(asking + " can ask " + asked, () -> ask(asking, asked).status() == 200);
    for (int i = 0; i < OFTEN; i++) {
      assertThat(ask(asking, asked).status()).as("%s asks %s", asking, asked).isEqualTo(200);
    }
  }

  /** Over the event bus, by a request to the node of that name. */
  private static HttpCall.Reply ask(String asking, String asked) {
    String other = NAMES.stream().filter(name -> !name.equals(asked)).findFirst().orElseThrow();
    return cluster().node(asking).get("/api/v1/mesh/paths/" + asked + "/" + other);
  }

  /** What a sends to b's endpoint for members; the way back and everything else stay open. */
  private static Execution filter(String action) {
    return network()
        .inside(
            "a",
            "iptables",
            action,
            "OUTPUT",
            "-d",
            network().address("b"),
            "-p",
            "tcp",
            "--dport",
            "7802",
            "-j",
            "DROP");
  }

  private static OwnNetwork network() {
    return Objects.requireNonNull(network);
  }

  private static MiniCluster cluster() {
    return Objects.requireNonNull(cluster);
  }
}
