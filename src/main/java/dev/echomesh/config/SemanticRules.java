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
  private final Findings found;
  private final List<Listening> sockets = new ArrayList<>();

  private SemanticRules(ConfigTree tree, Set<KeyPath> known) {
    this.tree = tree;
    this.known = known;
    this.found = new Findings(tree, known);
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
    rules.found.problems().addAll(ProbeRules.check(tree, known));
    rules.found.problems().addAll(MeshRules.check(tree, known));
    rules.found.problems().addAll(ScriptRules.check(tree, known));
    if (Boolean.TRUE.equals(rules.found.sound(WEB.then("enabled")))) {
      rules.web();
    }
    rules.bridge(KeyPath.ROOT.then("bridge").then("tcp"));
    return rules.found.problems();
  }

  private void endpoints(JsonArray endpoints) {
    Map<Object, KeyPath> names = new HashMap<>();
    for (int i = 0; i < endpoints.size(); i++) {
      KeyPath endpoint = ENDPOINTS.then(i);
      if (endpoints.getValue(i) instanceof JsonObject) {
        found.uniqueName(endpoint, names);
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
    if (found.sound(WEB.then("host")) instanceof String host
        && !WebConfig.isLoopback(host)
        && tree.get(WEB.then("tokenFile")) == null
        && tree.get(WEB.then("tls").then("clientCaFile")) == null) {
      found.report(
          WEB.then("host"),
          "a loopback address, or web.tokenFile or web.tls.clientCaFile to tell who may ask");
    }
  }

  private void tls(KeyPath tls) {
    found.pem(tls.then("certFile"), PemFile.CERTIFICATE);
    found.pem(tls.then("keyFile"), PemFile.PRIVATE_KEY);
    found.pem(tls.then("clientCaFile"), PemFile.CERTIFICATE);
  }

  private void bridge(KeyPath bridge) {
    if (!Boolean.TRUE.equals(found.sound(bridge.then("enabled")))) {
      return;
    }
    uniqueSocket(bridge);
    tls(bridge.then("tls"));
    KeyPath host = bridge.then("host");
    if (found.sound(host) instanceof String name
        && !WebConfig.isLoopback(name)
        && tree.get(bridge.then("tokenFile")) == null
        && tree.get(bridge.then("tls").then("clientCaFile")) == null) {
      found.report(
          host, "a loopback address, or bridge.tcp.tokenFile or bridge.tcp.tls.clientCaFile");
    }
  }

  private void uniqueSocket(KeyPath endpoint) {
    KeyPath path = endpoint.then("port");
    if (found.sound(path) instanceof Number port
        && port.intValue() != 0
        && found.sound(endpoint.then("host")) instanceof String host) {
      Listening socket = new Listening(endpoint, host, port.intValue());
      sockets.stream()
          .filter(other -> other.overlaps(socket))
          .findFirst()
          .ifPresent(other -> found.report(path, "a port that " + other.owner + " does not use"));
      sockets.add(socket);
    }
  }

  /** Stamps need records, and room in them. */
  private void timestamps(KeyPath endpoint) {
    KeyPath path = endpoint.then("timestamps");
    if (!Boolean.TRUE.equals(found.sound(path))) {
      return;
    }
    if ("stream".equals(found.sound(endpoint.then("mode")))) {
      found.report(path, "true only in mode framed");
    }
    KeyPath length = endpoint.then("frameLength");
    Object bytes = found.sound(length);
    if (bytes != null && ByteSize.parse(bytes.toString()).bytes() < SHORTEST_STAMPED) {
      found.report(length, SHORTEST_STAMPED + " bytes or more with timestamps");
    }
  }

  /** Ranges of faults are those that a message has too, and so not the schema's. */
  private void faults(KeyPath path) {
    if (tree.get(path) instanceof JsonObject faults
        && known.stream().noneMatch(key -> key.toString().startsWith(path + "."))) {
      try {
        var unused = Faults.of(faults.getMap());
      } catch (InvalidFieldException e) {
        found.report(path.then(e.field()), e.expected());
      }
    }
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
