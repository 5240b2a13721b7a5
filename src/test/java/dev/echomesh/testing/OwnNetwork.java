package dev.echomesh.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces of a test's own, each with one address on a bridge that they share; nothing
 * else is reached from them. Closing removes them, whatever runs in them.
 */
public final class OwnNetwork implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String hub;
  private final List<String> names;

  private OwnNetwork(String hub, List<String> names) {
    this.hub = hub;
    this.names = names;
  }

  /**
   * Makes it, or skips the test with the reason why that is impossible here.
   *
   * @param names short ones, of letters
   */
  public static OwnNetwork of(String... names) {
    Programs.requireProgram("ip");
    String hub = "echomesh-" + ProcessHandle.current().pid() + "-";
    Execution added = run("ip", "netns", "add", hub);
    Assumptions.assumeTrue(added.exitCode() == 0, () -> "no network namespaces: " + added.err());
    OwnNetwork network = new OwnNetwork(hub, Arrays.asList(names));
    try {
      Execution bridge = network.ip(hub, "link", "add", "br0", "type", "bridge");
      Assumptions.assumeTrue(bridge.exitCode() == 0, () -> "no bridges: " + bridge.err());
      network.ip(hub, "link", "set", "br0", "up").expectSuccess();
      network.names.forEach(network::add);
      return network;
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
  }

  private void add(String name) {
    String own = namespace(name);
    run("ip", "netns", "add", own).expectSuccess();
    ip(hub, "link", "add", port(name), "type", "veth", "peer", "name", "eth0", "netns", own)
        .expectSuccess();
    ip(hub, "link", "set", port(name), "master", "br0", "up").expectSuccess();
    ip(own, "link", "set", "lo", "up").expectSuccess();
    ip(own, "addr", "add", address(name) + "/24", "dev", "eth0").expectSuccess();
    ip(own, "link", "set", "eth0", "up").expectSuccess();
  }

  public String address(String name) {
    return "10.77.0." + (1 + names.indexOf(name));
  }

  /** The beginning of a command that runs in one of the namespaces. */
  List<String> prefix(String name) {
    return List.of("ip", "netns", "exec", namespace(name));
  }

  /** Takes the link of one away: what it sends goes nowhere, and nothing comes. */
  public void cut(String name) {
    ip(hub, "link", "set", port(name), "down").expectSuccess();
  }

  /** Undoes {@link #cut}. */
  public void heal(String name) {
    ip(hub, "link", "set", port(name), "up").expectSuccess();
  }

  /** Runs a command in one of the namespaces. */
  public Execution inside(String name, String... command) {
    return Programs.run(
        PATIENCE, new byte[0], Stream.concat(prefix(name).stream(), Stream.of(command)).toList());
  }

  /** The bridge's end of a link. */
  private static String port(String name) {
    return "to-" + name;
  }

  private String namespace(String name) {
    return hub + name;
  }

  private Execution ip(String namespace, String... arguments) {
    return Programs.run(
        PATIENCE,
        new byte[0],
        Stream.concat(Stream.of("ip", "-n", namespace), Stream.of(arguments)).toList());
  }

  private static Execution run(String... command) {
    return Programs.run(PATIENCE, new byte[0], command);
  }

  @Override
  public void close() {
    for (String name : names) {
      var unused = run("ip", "netns", "delete", namespace(name));
    }
    var unused = run("ip", "netns", "delete", hub);
  }
}
