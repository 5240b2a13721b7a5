package dev.echomesh.testing;

import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Nodes of one cluster on the loopback address, each a process of its own that is told where all
 * the others may be found. Closing it kills them.
 */
public final class MiniCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String[] JVM = {"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};

  private final Path directory;
  private final Map<String, Ports> ports = new LinkedHashMap<>();
  private final Map<String, Node> running = new LinkedHashMap<>();

  private MiniCluster(Path directory, String... names) {
    this.directory = directory;
    List<Integer> free = FreePorts.several(3 * names.length);
    for (int i = 0; i < names.length; i++) {
      ports.put(names[i], new Ports(free.get(3 * i), free.get(3 * i + 1), free.get(3 * i + 2)));
    }
  }

  /**
   * A cluster of which no node runs yet.
   *
   * @param directory for configuration files
   */
  public static MiniCluster of(Path directory, String... names) {
    return new MiniCluster(directory, names);
  }

  private record Ports(int cluster, int bus, int probe) {}

  /** Begins to start a node; {@code tls} is what {@code mesh.tls} says, in YAML. */
  public Node start(String name, String tls) {
    Path file = directory.resolve(name + ".yaml");
    try {
      Files.writeString(file, config(name, tls));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Node node = new Node(name, ports(name), NodeProcess.start(file, JVM));
    Node before = running.put(name, node);
    if (before != null) {
      before.process.close();
    }
    return node;
  }

  /**
   * Starts, in plain text, those that do not run, and waits until every node sees all others and
   * all paths between them are ok.
   */
  public void complete() {
    for (String name : ports.keySet()) {
      Node node = running.get(name);
      if (node == null || !node.process().isAlive()) {
        var unused = start(name, "off");
      }
    }
    awaitHealth(ports.keySet().toArray(String[]::new));
  }

  /** Waits until each of these nodes sees exactly them, and every path between them is ok. */
  public void awaitHealth(String... names) {
    Set<String> all = new TreeSet<>(Arrays.asList(names));
    int paths = names.length * (names.length - 1);
    String healthy =
        paths == 1 ? "the only sampled path is ok" : "all " + paths + " sampled paths are ok";
    for (String name : names) {
      Node node = node(name);
      until(
          name + " sees healthy paths between " + all,
          () -> {
            MeshMatrix matrix = node.matrix();
            return names(matrix).equals(all)
                && matrix.nodes().stream().allMatch(each -> each.state() == MeshNode.State.UP)
                && matrix.findings().isEmpty()
                && matrix.summary().equals(healthy);
          });
    }
  }

  public Node node(String name) {
    return Objects.requireNonNull(running.get(name), name);
  }

  private Ports ports(String name) {
    return Objects.requireNonNull(ports.get(name), name);
  }

  /** As {@link Patience#until}; a failure shows what all nodes have logged. */
  public void until(String what, Callable<Boolean> condition) {
    try {
      Patience.until(what, condition);
    } catch (AssertionError e) {
      String logs =
          running.values().stream()
              .map(node -> "--- " + node.name + "\n" + node.process().err())
              .collect(Collectors.joining("\n"));
      throw new AssertionError(e.getMessage() + "\n" + logs, e);
    }
  }

  private static Set<String> names(MeshMatrix matrix) {
    return matrix.nodes().stream().map(MeshNode::name).collect(Collectors.toSet());
  }

  private String config(String name, String tls) {
    Ports own = ports(name);
    String peers =
        ports.values().stream()
            .map(each -> "\"127.0.0.1:" + each.cluster + "\"")
            .collect(Collectors.joining(", "));
    return """
        node: {name: %s}
        echo: {drainTimeout: 5s, endpoints: [{name: echo, port: 0}]}
        mesh:
          enabled: true
          port: %d
          busPort: %d
          probePort: %d
          peers: [%s]
          tls: %s
        web: {enabled: true, port: 0}
        """
        .formatted(name, own.cluster, own.bus, own.probe, peers, tls);
  }

  @Override
  public void close() {
    running.values().forEach(node -> node.process().kill());
    running.values().forEach(node -> node.process.close());
  }

  /** A node that was started. */
  public static final class Node {
    private final String name;
    private final Ports ports;
    private final NodeProcess process;

    private Node(String name, Ports ports, NodeProcess process) {
      this.name = name;
      this.ports = ports;
      this.process = process;
    }

    public JavaProcess process() {
      return process.process();
    }

    /** The mesh as this node tells it over HTTP, as soon as it does. */
    public MeshMatrix matrix() {
      HttpCall.Reply reply =
          HttpCall.get("http://127.0.0.1:" + webPort() + "/", "/api/v1/mesh").send();
      return MeshMatrix.fromJson(reply.json());
    }

    /** Addresses at which the process listens for TCP. */
    public Set<String> listening() {
      return OpenSockets.listening(process().pid());
    }

    /** Those at which it was told to listen. */
    public Set<String> configured() {
      return List.of(ports.cluster, ports.bus, ports.probe, echoPort(), webPort()).stream()
          .map(port -> "127.0.0.1:" + port)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Waits for a line of its log. */
    public String awaitLog(String regex) {
      return process().awaitErrorLine(regex, PATIENCE).group();
    }

    /** Lines of the log so far in which the expression is found. */
    public List<String> logged(String regex) {
      return process.logged(regex);
    }

    private int webPort() {
      return port("web listening on 127\\.0\\.0\\.1:(\\d+)$");
    }

    private int echoPort() {
      return port("endpoint echo listening on 127\\.0\\.0\\.1:(\\d+)$");
    }

    private int port(String regex) {
      return Integer.parseInt(process().awaitErrorLine(regex, PATIENCE).group(1));
    }
  }
}
