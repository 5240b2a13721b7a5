package dev.echomesh.testing;

import dev.echomesh.bus.MeshMatrix;
import dev.echomesh.bus.MeshNode;
import io.vertx.core.json.JsonObject;
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
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one cluster, each a process of its own that is told where all the others may be found:
 * on the loopback address, or each in a network namespace. Closing it kills them.
 */
public final class MiniCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Flags of its JVMs: that several fit on a small machine, and that Vert.x does not look up names
   * itself, for which it keeps UDP sockets open.
   */
  public static final List<String> JVM =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Dvertx.disableDnsResolver=true");

  private static final String TOKEN = "a-token-of-no-secrecy";

  private final Path directory;
  private final @Nullable OwnNetwork network;
  private final Map<String, Ports> ports = new LinkedHashMap<>();
  private final Map<String, Node> running = new LinkedHashMap<>();

  private MiniCluster(Path directory, @Nullable OwnNetwork network) {
    this.directory = directory;
    this.network = network;
    try {
      Files.writeString(directory.resolve("token"), TOKEN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A cluster of which no node runs yet.
   *
   * @param directory for configuration files
   */
  public static MiniCluster of(Path directory, String... names) {
    MiniCluster cluster = new MiniCluster(directory, null);
    List<Integer> free = FreePorts.several(3 * names.length);
    for (int i = 0; i < names.length; i++) {
      cluster.ports.put(
          names[i],
          new Ports("127.0.0.1", free.get(3 * i), free.get(3 * i + 1), free.get(3 * i + 2)));
    }
    return cluster;
  }

  /** As {@link #of}, with a node in each of these namespaces. */
  public static MiniCluster in(OwnNetwork network, Path directory, String... names) {
    MiniCluster cluster = new MiniCluster(directory, network);
    for (String name : names) {
      cluster.ports.put(name, new Ports(network.address(name), 7800, 7801, 7802));
    }
    return cluster;
  }

  private record Ports(String host, int cluster, int bus, int probe) {}

  /** Begins to start a node; {@code tls} is what {@code mesh.tls} says, in YAML. */
  public Node start(String name, String tls) {
    Path file = configure(name, tls);
    List<String> prefix = network == null ? List.of() : network.prefix(name);
    Node node =
        new Node(
            name, ports(name), prefix, NodeProcess.start(prefix, file, JVM.toArray(new String[0])));
    Node before = running.put(name, node);
    if (before != null) {
      before.process.close();
    }
    return node;
  }

  /** Writes the configuration file of a node, for another program. */
  public Path configure(String name, String tls) {
    Path file = directory.resolve(name + ".yaml");
    try {
      return Files.writeString(file, config(name, tls));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    String healthy = "all %d sampled paths are ok".formatted(names.length * (names.length - 1));
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
            .map(each -> "\"%s:%d\"".formatted(each.host, each.cluster))
            .collect(Collectors.joining(", "));
    return """
        node: {name: %s}
        echo: {drainTimeout: 5s, endpoints: [{name: echo, port: 0}]}
        mesh:
          enabled: true
          host: %s
          port: %d
          busPort: %d
          probePort: %d
          peers: [%s]
          tls: %s
        web: {enabled: true, port: 0, tokenFile: '%s'}
        """
        .formatted(
            name,
            own.host,
            own.cluster,
            own.bus,
            own.probe,
            peers,
            tls,
            directory.resolve("token"));
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
    private final List<String> prefix;
    private final NodeProcess process;

    private Node(String name, Ports ports, List<String> prefix, NodeProcess process) {
      this.name = name;
      this.ports = ports;
      this.prefix = prefix;
      this.process = process;
    }

    public JavaProcess process() {
      return process.process();
    }

    /** The mesh as this node tells it over HTTP, as soon as it does. */
    public MeshMatrix matrix() {
      return MeshMatrix.fromJson(get("/api/v1/mesh").json());
    }

    /** Asks its API. */
    public HttpCall.Reply get(String path) {
      return HttpCall.get(url(), path).from(prefix).send();
    }

    /** Has something done through its API. */
    public HttpCall.Reply post(String path, JsonObject body) {
      return HttpCall.of(url(), "POST", path).token(TOKEN).json(body.encode()).from(prefix).send();
    }

    /** Has something ended through its API. */
    public HttpCall.Reply delete(String path) {
      return HttpCall.of(url(), "DELETE", path).token(TOKEN).from(prefix).send();
    }

    /** Addresses at which the process listens for TCP, or takes UDP. */
    public Set<String> listening() {
      return OpenSockets.listening(process().pid());
    }

    /** Those at which it was told to listen. */
    public Set<String> configured() {
      return List.of(ports.cluster, ports.bus, ports.probe, echoPort(), webPort()).stream()
          .map(port -> "tcp 127.0.0.1:" + port)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Ports that are for members only. */
    public List<Integer> memberPorts() {
      return List.of(ports.cluster, ports.bus, ports.probe);
    }

    /** Waits for a line of its log. */
    public String awaitLog(String regex) {
      return process().awaitErrorLine(regex, PATIENCE).group();
    }

    /** Lines of the log so far in which the expression is found. */
    public List<String> logged(String regex) {
      return process.logged(regex);
    }

    private String url() {
      return "http://127.0.0.1:" + webPort() + "/";
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
