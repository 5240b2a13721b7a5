package dev.echomesh.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.testing.FreePorts;
import dev.echomesh.testing.HttpCall;
import dev.echomesh.testing.JavaProcess;
import dev.echomesh.testing.NodeProcess;
import dev.echomesh.testing.Patience;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Three nodes of one cluster on this machine, each a process, with everything that web shows. */
final class LiveMesh implements AutoCloseable {
  static final String TOKEN = "0123456789abcdef";

  private static final Duration START = Duration.ofSeconds(60);
  private static final String[] JVM = {"-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};
  private static final int PORTS_EACH = 5;

  private final Path directory;
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  private LiveMesh(Path directory) {
    this.directory = directory;
  }

  /** Begins to start a and b in zone east, c in zone west. Each also probes its own endpoint. */
  static LiveMesh start(Path directory) throws IOException {
    Files.writeString(directory.resolve("token"), TOKEN + "\n");
    LiveMesh mesh = new LiveMesh(directory);
    List<Integer> ports = FreePorts.several(3 * PORTS_EACH);
    Map<String, String> zones = new LinkedHashMap<>();
    zones.put("a", "east");
    zones.put("b", "east");
    zones.put("c", "west");
    zones.forEach(
        (name, zone) -> {
          int first = PORTS_EACH * mesh.nodes.size();
          mesh.nodes.put(name, mesh.start(name, zone, ports, first));
        });
    return mesh;
  }

  private Node start(String name, String zone, List<Integer> ports, int first) {
    String config =
        """
        node: {name: %s, zone: %s}
        echo: {drainTimeout: 2s, endpoints: [{name: echo, port: %d}]}
        mesh: {enabled: true, port: %d, busPort: %d, probePort: %d, peers: [%s], tls: off}
        web: {enabled: true, port: %d, tokenFile: '%s'}
        metrics: {enabled: true}
        probes: [{name: own, every: 1s, target: "127.0.0.1:%d"}]
        """
            .formatted(
                name,
                zone,
                ports.get(first),
                ports.get(first + 1),
                ports.get(first + 2),
                ports.get(first + 3),
                peers(ports),
                ports.get(first + 4),
                directory.resolve("token"),
                ports.get(first));
    Path file = directory.resolve(name + ".yaml");
    write(file, config);
    return new Node(file, config, NodeProcess.start(file, JVM));
  }

  private static String peers(List<Integer> ports) {
    StringBuilder peers = new StringBuilder();
    for (int i = 1; i < ports.size(); i += PORTS_EACH) {
      peers.append(i > 1 ? ", " : "").append("\"127.0.0.1:" + ports.get(i) + "\"");
    }
    return peers.toString();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  Node node(String name) {
    return Objects.requireNonNull(nodes.get(name), name);
  }

  /** Waits until every node sees every path, those to the own endpoints too, and all are ok. */
  void awaitHealth() {
    nodes.forEach(
        (name, node) ->
            Patience.until(
                name + " sees that all paths are ok",
                () -> node.matrix().summary().equals("all 9 sampled paths are ok")));
  }

  @Override
  public void close() {
    nodes.values().forEach(node -> node.process.process().kill());
    nodes.values().forEach(node -> node.process.close());
  }

  /** One of them. */
  static final class Node {
    private final Path file;
    private final String config;
    private NodeProcess process;

    private Node(Path file, String config, NodeProcess process) {
      this.file = file;
      this.config = config;
      this.process = process;
    }

    JavaProcess process() {
      return process.process();
    }

    void kill() {
      process.process().kill();
    }

    /** Begins to start it again as it was, once it is dead. */
    void startAgain() {
      process.close();
      process = NodeProcess.start(file, JVM);
    }

    /** {@code 127.0.0.1:PORT} of its API, as soon as it listens. */
    String web() {
      return process().awaitErrorLine("web listening on (127\\.0\\.0\\.1:\\d+)$", START).group(1);
    }

    String url() {
      return "http://" + web() + "/";
    }

    MeshMatrix matrix() {
      return MeshMatrix.fromJson(get("/api/v1/mesh"));
    }

    /** Replaces its configuration file by itself with something behind it. */
    void append(String yaml) {
      write(file, config + yaml);
    }

    /** What a path answers with success. */
    JsonObject get(String path) {
      HttpCall.Reply reply = HttpCall.get(url(), path).send();
      assertThat(reply.status()).as(path + ": " + reply.body()).isEqualTo(200);
      return reply.json();
    }

    HttpCall.Reply post(String path, JsonObject body) {
      return HttpCall.of(url(), "POST", path).token(TOKEN).json(body.encode()).send();
    }

    /** Begins a test, and says where its report will be. */
    String begin(JsonObject request) {
      HttpCall.Reply reply = post("/api/v1/tests", request);
      assertThat(reply.status()).as(reply.body()).isEqualTo(202);
      return reply.header("Location");
    }

    /** The report of a run, as soon as there is one. */
    JsonObject report(String location) {
      Patience.until(location, () -> get(location).containsKey("schema"));
      return get(location);
    }
  }
}
