package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a schema cannot state about probes: names are unique, files are there. */
final class ProbeRules {
  private static final KeyPath PROBES = KeyPath.ROOT.then("probes");

  private final ConfigTree tree;
  private final Set<KeyPath> known;
  private final List<Problem> problems = new ArrayList<>();

  private ProbeRules(ConfigTree tree, Set<KeyPath> known) {
    this.tree = tree;
    this.known = known;
  }

  /** What is wrong beside the keys whose faults are {@code known}. */
  static List<Problem> check(ConfigTree tree, Set<KeyPath> known) {
    ProbeRules rules = new ProbeRules(tree, known);
    if (tree.get(PROBES) instanceof JsonArray probes) {
      Map<Object, KeyPath> names = new HashMap<>();
      for (int i = 0; i < probes.size(); i++) {
        KeyPath probe = PROBES.then(i);
        rules.uniqueName(probe, names);
        rules.files(probe.then("tls"));
      }
    }
    return rules.problems;
  }

  private void uniqueName(KeyPath probe, Map<Object, KeyPath> names) {
    KeyPath path = probe.then("name");
    Object name = sound(path);
    KeyPath first = name == null ? null : names.putIfAbsent(name, probe);
    if (first != null) {
      report(path, "a name that " + first + " does not have");
    }
  }

  private void files(KeyPath tls) {
    pem(tls.then("caFile"), PemFile.CERTIFICATE);
    pem(tls.then("certFile"), PemFile.CERTIFICATE);
    pem(tls.then("keyFile"), PemFile.PRIVATE_KEY);
    together(tls.then("certFile"), tls.then("keyFile"));
    together(tls.then("keyFile"), tls.then("certFile"));
  }

  private void together(KeyPath given, KeyPath missing) {
    if (tree.get(given) != null && tree.get(missing) == null) {
      report(missing, "certFile and keyFile together");
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
}
