package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a schema cannot state about probes: names are unique, files are there. */
final class ProbeRules {
  private static final KeyPath PROBES = KeyPath.ROOT.then("probes");

  private final ConfigTree tree;
  private final Findings found;

  private ProbeRules(ConfigTree tree, Set<KeyPath> known) {
    this.tree = tree;
    this.found = new Findings(tree, known);
  }

  /** What is wrong beside the keys whose faults are {@code known}. */
  static List<Problem> check(ConfigTree tree, Set<KeyPath> known) {
    ProbeRules rules = new ProbeRules(tree, known);
    if (tree.get(PROBES) instanceof JsonArray probes) {
      Map<Object, KeyPath> names = new HashMap<>();
      for (int i = 0; i < probes.size(); i++) {
        KeyPath probe = PROBES.then(i);
        rules.found.uniqueName(probe, names);
        rules.files(probe.then("tls"));
      }
    }
    return rules.found.problems();
  }

  private void files(KeyPath tls) {
    found.pem(tls.then("caFile"), PemFile.CERTIFICATE);
    found.pem(tls.then("certFile"), PemFile.CERTIFICATE);
    found.pem(tls.then("keyFile"), PemFile.PRIVATE_KEY);
    together(tls.then("certFile"), tls.then("keyFile"));
    together(tls.then("keyFile"), tls.then("certFile"));
  }

  private void together(KeyPath given, KeyPath missing) {
    if (tree.get(given) != null && tree.get(missing) == null) {
      found.report(missing, "certFile and keyFile together");
    }
  }
}
