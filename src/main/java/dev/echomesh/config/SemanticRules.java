package dev.echomesh.config;

import dev.echomesh.spec.ByteSize;
import dev.echomesh.spec.Faults;
import dev.echomesh.spec.InvalidFieldException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules a schema cannot state: what endpoints may not share, who has to be asked for credentials,
 * and files that have to be there.
 */
final class SemanticRules {
  private static final KeyPath ENDPOINTS = KeyPath.ROOT.then("echo").then("endpoints");
  private static final KeyPath WEB = KeyPath.ROOT.then("web");

  /** Bytes of a record that has room for the header, two stamps and something to verify. */
  private static final int SHORTEST_STAMPED = 48;

  private final ConfigTree tree;
  private final Set<KeyPath> known;
  private final List<Listening> sockets = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private SemanticRules(ConfigTree tree, Set<KeyPath> known) {
    this.tree = tree;
    this.known = known;
  }

  /**
   * What is wrong beside the keys whose faults are {@code known}; the values of all others fit the
   * schema.
   */
  static List<Problem> check(ConfigTree tree, Set<KeyPath> known) {
    SemanticRules rules = new SemanticRules(tree, known);
    if (tree.get(ENDPOINTS) instanceof JsonArray endpoints) {
      rules.endpoints(endpoints);
    }
    rules.problems.addAll(ProbeRules.check(tree, known));
    rules.problems.addAll(MeshRules.check(tree, known));
    rules.problems.addAll(ScriptRules.check(tree, known));
    if (Boolean.TRUE.equals(rules.sound(WEB.then("enabled")))) {
      rules.web();
    }
    rules.bridge(KeyPath.ROOT.then("bridge").then("tcp"));
    return rules.problems;
  }

  private void endpoints(JsonArray endpoints) {
    Map<Object, KeyPath> names = new HashMap<>();
    for (int i = 0; i < endpoints.size(); i++) {
      KeyPath endpoint = ENDPOINTS.then(i);
      if (endpoints.getValue(i) instanceof JsonObject) {
        uniqueName(endpoint, names);
        uniqueSocket(endpoint);
        timestamps(endpoint);
        faults(endpoint.then("faults"));
        tls(endpoint.then("tls"));
      }
    }
  }

  private void web() {
    uniqueSocket(WEB);
    tls(WEB.then("tls"));
    if (sound(WEB.then("host")) instanceof String host
        && !WebConfig.isLoopback(host)
        && tree.get(WEB.then("tokenFile")) == null
        && tree.get(WEB.then("tls").then("clientCaFile")) == null) {
      report(
          WEB.then("host"),
          "a loopback address, or web.tokenFile or web.tls.clientCaFile to tell who may ask");
    }
  }

  private void tls(KeyPath tls) {
    pem(tls.then("certFile"), PemFile.CERTIFICATE);
    pem(tls.then("keyFile"), PemFile.PRIVATE_KEY);
    pem(tls.then("clientCaFile"), PemFile.CERTIFICATE);
  }

  private void bridge(KeyPath bridge) {
    if (!Boolean.TRUE.equals(sound(bridge.then("enabled")))) {
      return;
    }
    uniqueSocket(bridge);
    tls(bridge.then("tls"));
    KeyPath host = bridge.then("host");
    if (sound(host) instanceof String name
        && !WebConfig.isLoopback(name)
        && tree.get(bridge.then("tokenFile")) == null
        && tree.get(bridge.then("tls").then("clientCaFile")) == null) {
      report(host, "a loopback address, or bridge.tcp.tokenFile or bridge.tcp.tls.clientCaFile");
    }
  }

  private void uniqueName(KeyPath endpoint, Map<Object, KeyPath> names) {
    KeyPath path = endpoint.then("name");
    Object name = sound(path);
    KeyPath first = name == null ? null : names.putIfAbsent(name, endpoint);
    if (first != null) {
      report(path, "a name that " + first + " does not have");
    }
  }

  private void uniqueSocket(KeyPath endpoint) {
    KeyPath path = endpoint.then("port");
    if (sound(path) instanceof Number port
        && port.intValue() != 0
        && sound(endpoint.then("host")) instanceof String host) {
      Listening socket = new Listening(endpoint, host, port.intValue());
      sockets.stream()
          .filter(other -> other.overlaps(socket))
          .findFirst()
          .ifPresent(other -> report(path, "a port that " + other.owner + " does not use"));
      sockets.add(socket);
    }
  }

  /** Stamps need records, and room in them. */
  private void timestamps(KeyPath endpoint) {
    KeyPath path = endpoint.then("timestamps");
    if (!Boolean.TRUE.equals(sound(path))) {
      return;
    }
    if ("stream".equals(sound(endpoint.then("mode")))) {
      report(path, "true only in mode framed");
    }
    KeyPath length = endpoint.then("frameLength");
    Object bytes = sound(length);
    if (bytes != null && ByteSize.parse(bytes.toString()).bytes() < SHORTEST_STAMPED) {
      report(length, SHORTEST_STAMPED + " bytes or more with timestamps");
    }
  }

  /** Ranges of faults are those that a message has too, and so not the schema's. */
  private void faults(KeyPath path) {
    if (tree.get(path) instanceof JsonObject faults
        && known.stream().noneMatch(key -> key.toString().startsWith(path + "."))) {
      try {
        var unused = Faults.of(faults.getMap());
      } catch (InvalidFieldException e) {
        report(path.then(e.field()), e.expected());
      }
    }
  }

  private void pem(KeyPath path, PemFile kind) {
    if (sound(path) instanceof String name) {
      kind.fault(name).ifPresent(expected -> report(path, expected));
    }
  }

  private @Nullable Object sound(KeyPath path) {
    return known.contains(path) ? null : tree.get(path);
  }

  private void report(KeyPath path, String expected) {
    problems.add(Problem.of(path, Values.print(tree.get(path)), expected, tree.origin(path)));
  }

  /** An address to bind, as far as it can be told without asking a name server. */
  private record Listening(KeyPath owner, String host, int port) {
    boolean overlaps(Listening other) {
      return port == other.port && (covers(other) || other.covers(this));
    }

    private boolean covers(Listening other) {
      InetAddress mine = literal(host);
      InetAddress theirs = literal(other.host);
      if (mine == null || theirs == null) {
        return (mine != null && mine.isAnyLocalAddress()) || host.equalsIgnoreCase(other.host);
      }
      // :: takes IPv4 too, 0.0.0.0 only IPv4
      return mine.isAnyLocalAddress()
          ? !(mine instanceof Inet4Address) || theirs instanceof Inet4Address
          : mine.equals(theirs);
    }

    private static @Nullable InetAddress literal(String host) {
      return Literals.parse(host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host);
    }
  }
}
