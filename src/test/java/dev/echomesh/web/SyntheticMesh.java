package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.MeshFinding;
import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import dev.echomesh.bus.MeshPath;
import dev.echomesh.bus.MeshPathDetail;
import dev.echomesh.bus.NodeInfo;
import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.Outcomes;
import dev.echomesh.bus.PathState;
import dev.echomesh.testing.LocalNode;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The web room of a node that says to be in a large mesh, one node of which is down. */
final class SyntheticMesh implements AutoCloseable {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final int DEGREE = 8;
  private static final int DOWN = 7;
  private static final int ZONES = 4;

  private final Vertx vertx = Vertx.vertx();
  private final MeshMatrix matrix;
  private final String url;

  private SyntheticMesh(int nodes) {
    matrix = matrix(nodes);
    answer(Addresses.NODE_INFO, info());
    answer(Addresses.MESH_MATRIX, matrix.toJson());
    matrix.paths().stream()
        .filter(path -> path.state() == PathState.DOWN)
        .forEach(path -> answer(Addresses.meshPath(path.from()), detail(path)));
    WebVerticle web =
        new WebVerticle(
            LocalNode.parse("web: {enabled: true, port: 0}\n").web(), name(0), /* metrics= */ null);
    var unused = LocalNode.await(vertx.deployVerticle(web));
    url = web.url();
  }

  static SyntheticMesh of(int nodes) {
    return new SyntheticMesh(nodes);
  }

  String url() {
    return url;
  }

  /** How many paths are down. */
  int broken() {
    return (int) matrix.paths().stream().filter(path -> path.state() == PathState.DOWN).count();
  }

  /** One of them, as the page writes it. */
  String brokenPath() {
    return name(DOWN - 1) + " → " + name(DOWN);
  }

  @Override
  public void close() {
    var unused = LocalNode.await(vertx.close());
  }

  private void answer(String address, JsonObject reply) {
    vertx.eventBus().localConsumer(address, request -> request.reply(reply));
  }

  private static MeshMatrix matrix(int count) {
    List<MeshNode> nodes = new ArrayList<>();
    List<MeshPath> paths = new ArrayList<>();
    for (int from = 0; from < count; from++) {
      nodes.add(
          new MeshNode(
              name(from),
              "zone-" + from % ZONES,
              "",
              "10.0.0." + from,
              "0.1",
              from == DOWN ? MeshNode.State.DOWN : MeshNode.State.UP,
              NOW,
              false));
      for (int step = 1; step <= DEGREE && from != DOWN; step++) {
        int to = (from + step * step) % count;
        paths.add(path(name(from), name(to), to == DOWN ? PathState.DOWN : PathState.OK));
      }
    }
    return new MeshMatrix(
        name(0),
        "large",
        NOW,
        "nearly all sampled paths are ok",
        List.of(
            new MeshFinding(
                MeshFinding.Kind.TARGET_DOWN, List.of(name(DOWN)), name(DOWN) + " is down")),
        nodes,
        paths,
        List.of());
  }

  private static MeshPath path(String from, String to, PathState state) {
    boolean isDown = state == PathState.DOWN;
    return new MeshPath(
        from,
        to,
        state,
        NOW,
        NOW,
        new Outcomes(Map.of(isDown ? Outcome.REFUSED : Outcome.OK, 60L)),
        null,
        isDown ? null : new MeshPath.RoundTrip(120, 180, 250, 400),
        isDown ? 1.0 : 0.0,
        0L,
        isDown ? Outcome.REFUSED : null,
        isDown ? "a new connection: nobody listens there" : null);
  }

  private static JsonObject detail(MeshPath path) {
    return new MeshPathDetail(
            path,
            List.of(),
            List.of(
                new MeshPathDetail.FailedProbe(
                    NOW, Outcome.REFUSED, "a new connection: nobody listens there")))
        .toJson();
  }

  private static JsonObject info() {
    return new NodeInfo(name(0), "", "", "0.1", "nio", "17", "Linux", 1, NOW).toJson();
  }

  private static String name(int number) {
    return "n-%03d".formatted(number);
  }
}
