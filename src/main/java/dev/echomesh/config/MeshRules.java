package dev.echomesh.config;

import dev.echomesh.spec.CidrBlock;
import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a schema cannot state about a cluster. Without {@code mesh.enabled} nothing is wrong. */
final class MeshRules {
  private static final KeyPath MESH = KeyPath.ROOT.then("mesh");
  private static final KeyPath ENDPOINTS = KeyPath.ROOT.then("echo").then("endpoints");

  private final ConfigTree tree;
  private final Set<KeyPath> known;
  private final Findings found;

  private MeshRules(ConfigTree tree, Set<KeyPath> known) {
    this.tree = tree;
    this.known = known;
    this.found = new Findings(tree, known);
  }

  /** What is wrong beside the keys whose faults are {@code known}. */
  static List<Problem> check(ConfigTree tree, Set<KeyPath> known) {
    MeshRules rules = new MeshRules(tree, known);
    if (Boolean.TRUE.equals(rules.sound("enabled"))) {
      rules.check();
    }
    return rules.found.problems();
  }

  private void check() {
    KeyPath tls = MESH.then("tls");
    if (sound("host") instanceof String host) {
      if (isAny(host)) {
        report("host", "one address, at which the other members reach this node");
      } else if (!isLoopback(host) && tree.get(tls) == null && !known.contains(tls)) {
        report(
            "tls",
            "a section with certFile, keyFile, caFile, or off, because "
                + host
                + " is not loopback");
      }
    }
    if (sound("dns") != null && sound("peers") instanceof JsonArray peers && !peers.isEmpty()) {
      report("dns", "not both peers and dns");
    }
    if (sound("stackFile") instanceof String file && !Files.isReadable(Path.of(file))) {
      report("stackFile", "a readable file");
    }
    if (tree.get(tls) instanceof JsonObject) {
      found.pem(tls.then("certFile"), PemFile.CERTIFICATE);
      found.pem(tls.then("keyFile"), PemFile.PRIVATE_KEY);
      found.pem(tls.then("caFile"), PemFile.CERTIFICATE);
    }
    reservedName();
  }

  private void reservedName() {
    if (tree.get(ENDPOINTS) instanceof JsonArray endpoints) {
      for (int i = 0; i < endpoints.size(); i++) {
        KeyPath name = ENDPOINTS.then(i).then("name");
        if ("mesh".equals(tree.get(name))) {
          found.report(name, "another name, because mesh.enabled makes an endpoint mesh");
        }
      }
    }
  }

  private @Nullable Object sound(String name) {
    return found.sound(MESH.then(name));
  }

  private void report(String name, String expected) {
    found.report(MESH.then(name), expected);
  }

  private static boolean isAny(String host) {
    InetAddress address = literal(host);
    return address != null && address.isAnyLocalAddress();
  }

  /** A name other than localhost could become anything. */
  private static boolean isLoopback(String host) {
    InetAddress address = literal(host);
    return address == null ? host.equalsIgnoreCase("localhost") : address.isLoopbackAddress();
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return CidrBlock.parse(host).network();
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
