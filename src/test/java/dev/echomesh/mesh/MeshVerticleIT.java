package dev.echomesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.MemberState;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshGossip;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshPathDetail;
import dev.echomesh.bus.MeshSample;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.config.ProbeConfig;
import dev.echomesh.spec.SocketTarget;
import dev.echomesh.testing.LocalNode;
import dev.echomesh.testing.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The mesh of node a on a bus where the tester, the cluster and the other nodes are pretended. */
class MeshVerticleIT {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final Set<String> hung = ConcurrentHashMap.newKeySet();
  private final Map<String, String> targets = new ConcurrentHashMap<>();
  private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
  private final List<MeshGossip> told = new CopyOnWriteArrayList<>();
  private volatile Members members = members("a", "b", "c");

  @AfterEach
  void end() {
    var unused = LocalNode.await(vertx.close());
  }

  @Test
  void shouldProbeMembersAndTellTheMatrix() {
    start(true, List.of());

    Patience.until("a's paths are ok", () -> summary().startsWith("2 of 6 sampled paths are ok"));

    MeshMatrix matrix = matrix();
    assertThat(matrix.node()).isEqualTo("a");
    assertThat(matrix.cluster()).isEqualTo("demo");
    assertThat(matrix.nodes()).extracting("name").containsExactly("a", "b", "c");
    assertThat(targets.values()).contains("10.0.0.98:7802", "10.0.0.99:7802");
    Patience.until(
        "frames of both lengths and new connections",
        () ->
            samples(64, 2).findAny().isPresent()
                && samples(9000, 1).findAny().isPresent()
                && samples(64, 1).findAny().isPresent());
  }

  @Test
  void shouldTellWhatEachProbeFound() {
    List<MeshSample> samples = new CopyOnWriteArrayList<>();
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            Addresses.MESH_SAMPLES, told -> samples.add(MeshSample.fromJson(told.body())));
    start(true, List.of(plain("db")));

    Patience.until(
        "samples of all targets",
        () ->
            samples.stream()
                .map(MeshSample::to)
                .collect(java.util.stream.Collectors.toSet())
                .equals(Set.of("b", "c", "probe:db")));
    assertThat(samples)
        .allSatisfy(
            told -> assertThat(told.zone()).isEqualTo(told.to().equals("probe:db") ? "" : "east"));
  }

  @Test
  void shouldPutTogetherWhatOthersTell() {
    start(true, List.of());
    tell("b", "b", "c");
    tell("b", "c", "b");
    JsonObject published = LocalNode.await(nextChange("4 of 6"));

    assertThat(MeshMatrix.fromJson(published).paths()).hasSize(6);
  }

  @Test
  void shouldTellItsPeersWhatItKnows() {
    List.of("b", "c").forEach(this::listen);
    start(true, List.of());

    Patience.until(
        "both paths are told",
        () ->
            told.stream()
                .flatMap(gossip -> gossip.rows().stream())
                .filter(row -> row.owner().equals("a"))
                .flatMap(row -> row.paths().stream())
                .filter(path -> path.state().key().equals("ok"))
                .map(path -> path.to())
                .collect(java.util.stream.Collectors.toSet())
                .equals(Set.of("b", "c")));
  }

  @Test
  void shouldNoticeWhenATargetDiesAndWhenItComesBack() {
    start(true, List.of());
    Patience.until("a's paths are ok", () -> summary().startsWith("2 of 6"));

    dead.add("10.0.0.99:7802");
    Patience.until(
        "c is found to be down",
        () ->
            matrix().findings().stream()
                .anyMatch(
                    finding ->
                        finding.kind() == MeshFinding.Kind.TARGET_DOWN
                            && finding.subjects().equals(List.of("c"))));
    assertThat(detail("c").failures().get(0).problem()).contains("nobody listens");

    dead.clear();
    Patience.until("c is back", () -> summary().startsWith("2 of 6"));
  }

  @Test
  void shouldFollowTheMembers() {
    start(true, List.of());
    members = members("a", "b", "c", "d");
    var unused = vertx.eventBus().publish(Addresses.MESH_MEMBERS_CHANGES, members.toJson());

    Patience.until("d is probed", () -> summary().startsWith("3 of 12"));
  }

  @Test
  void shouldProbePlainTargetsWithoutACluster() {
    MeshVerticle mesh = start(false, List.of(plain("db")));
    Patience.until("db is ok", () -> summary().equals("the only sampled path is ok"));
    assertThat(samples(64, 0)).isNotEmpty();

    mesh.follow(List.of(plain("cache")));
    Patience.until(
        "cache in place of db",
        () ->
            matrix().paths().stream()
                .map(path -> path.to() + " " + path.state().key())
                .toList()
                .equals(List.of("probe:cache ok")));
    Patience.until(
        "the probe of db is closed",
        () -> asked.stream().anyMatch(request -> "close".equals(request.getString("action"))));
  }

  @Test
  void shouldProbeATargetThatWasCorrectedWhileItsProbesWereUnderWay() {
    hung.add("wrong:7");
    MeshVerticle mesh = start(false, List.of(plain("db", "wrong")));
    Patience.until("a probe is under way", () -> samples(64, 0).findAny().isPresent());

    mesh.follow(List.of(plain("db", "right")));

    Patience.until("db is ok", () -> summary().equals("the only sampled path is ok"));
  }

  @Test
  void shouldTellEverythingOfAPathThatItProbes() {
    start(true, List.of());
    Patience.until("b is probed", () -> detail("b").windows().get(0).rtt() != null);

    assertThat(detail("b").windows())
        .extracting(window -> window.length().toMinutes())
        .containsExactly(1L, 10L, 60L);
    assertThatThrownBy(() -> detail("x"))
        .isInstanceOfSatisfying(
            ReplyException.class,
            refused -> assertThat(refused.failureCode()).isEqualTo(Failure.NOT_FOUND.code()))
        .hasMessage("to: x (expected a target that a probes)");
  }

  @Test
  void shouldRefuseGossipThatItCannotRead() {
    start(true, List.of());

    for (Object body : List.of("text", new JsonObject(), new JsonObject().put("from", "b"))) {
      assertThatThrownBy(
              () -> LocalNode.await(vertx.eventBus().request(Addresses.meshGossip("a"), body)))
          .isInstanceOfSatisfying(
              ReplyException.class,
              refused ->
                  assertThat(refused.failureCode()).isEqualTo(Failure.INVALID_REQUEST.code()));
    }
  }

  private MeshVerticle start(boolean clustered, List<ProbeConfig> plain) {
    vertx.eventBus().<JsonObject>localConsumer(Addresses.TESTER_PROBE, this::probe);
    if (clustered) {
      vertx
          .eventBus()
          .localConsumer(Addresses.MESH_MEMBERS, message -> message.reply(members.toJson()));
    }
    MeshVerticle mesh =
        new MeshVerticle(new MeshSettings("demo", SimulatedMesh.PROBING, plain), members("a"));
    var unused = LocalNode.await(vertx.deployVerticle(mesh));
    return mesh;
  }

  private void probe(Message<JsonObject> message) {
    JsonObject request = message.body();
    asked.add(request);
    switch (request.getString("action")) {
      case "open" -> {
        String id = "p" + targets.size();
        targets.put(id, request.getString("target"));
        message.reply(new JsonObject().put("probe", id));
      }
      case "sample" -> {
        String target = targets.getOrDefault(request.getString("probe"), "");
        if (!hung.contains(target)) {
          message.reply((dead.contains(target) ? refused() : ok(request)).toJson());
        }
      }
      default -> message.reply(request);
    }
  }

  private static ProbeSample ok(JsonObject request) {
    int frames = request.getInteger("frames");
    return new ProbeSample(
        new Outcomes(Map.of(Outcome.OK, (long) frames)),
        300L,
        null,
        java.util.Collections.nCopies(frames, 120L),
        null,
        null);
  }

  private static ProbeSample refused() {
    return new ProbeSample(
        new Outcomes(Map.of(Outcome.REFUSED, 1L)), null, null, List.of(), null, "nobody listens");
  }

  private Stream<JsonObject> samples(int frameLength, int frames) {
    return asked.stream()
        .filter(request -> "sample".equals(request.getString("action")))
        .filter(request -> request.getInteger("frames") == frames)
        .filter(request -> request.getInteger("frameLength") == frameLength);
  }

  private void listen(String name) {
    vertx
        .eventBus()
        .<JsonObject>consumer(
            Addresses.meshGossip(name),
            message -> {
              told.add(MeshGossip.fromJson(message.body()));
              message.reply(new MeshGossip.Heard(1, List.of(), Map.of()).toJson());
            });
  }

  /** Has a node tell that its path is ok. */
  private void tell(String teller, String from, String to) {
    Row row = new Row(from, 1);
    row.put(
        dev.echomesh.bus.MeshPath.unknown(from, to, NOW).in(dev.echomesh.bus.PathState.OK, NOW));
    MeshGossip gossip = new MeshGossip(teller, List.of(row.since(0)));
    var unused =
        LocalNode.await(vertx.eventBus().request(Addresses.meshGossip("a"), gossip.toJson()));
  }

  private io.vertx.core.Future<JsonObject> nextChange(String summary) {
    io.vertx.core.Promise<JsonObject> change = io.vertx.core.Promise.promise();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            Addresses.MESH_CHANGES,
            message -> {
              if (message.body().getString("summary").startsWith(summary)) {
                change.tryComplete(message.body());
              }
            });
    return change.future();
  }

  private MeshMatrix matrix() {
    return MeshMatrix.fromJson(
        LocalNode.await(
                vertx.eventBus().<JsonObject>request(Addresses.MESH_MATRIX, new JsonObject()))
            .body());
  }

  private String summary() {
    return matrix().summary();
  }

  private MeshPathDetail detail(String to) {
    return MeshPathDetail.fromJson(
        LocalNode.await(
                vertx
                    .eventBus()
                    .<JsonObject>request(Addresses.meshPath("a"), new JsonObject().put("to", to)))
            .body());
  }

  private static ProbeConfig plain(String name) {
    return plain(name, name);
  }

  private static ProbeConfig plain(String name, String host) {
    return new ProbeConfig(
        name,
        new SocketTarget(host, 7),
        false,
        Duration.ofMillis(200),
        Duration.ofSeconds(1),
        64,
        null);
  }

  private static Members members(String... names) {
    List<Member> members = new ArrayList<>();
    for (String name : names) {
      members.add(
          new Member(
              name,
              "east",
              "",
              "10.0.0." + (int) name.charAt(0),
              7802,
              "0.1",
              Member.PROTOCOL,
              MemberState.UP,
              NOW));
    }
    return new Members("a", members, null);
  }
}
