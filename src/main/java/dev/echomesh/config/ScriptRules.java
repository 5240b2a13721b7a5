package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a schema cannot state about verticles: names are unique, files are there. */
final class ScriptRules {
  private static final KeyPath VERTICLES = KeyPath.ROOT.then("verticles");

  private ScriptRules() {}

  /** What is wrong beside the keys whose faults are {@code known}. */
  static List<Problem> check(ConfigTree tree, Set<KeyPath> known) {
    Findings found = new Findings(tree, known);
    if (tree.get(VERTICLES) instanceof JsonArray verticles) {
      Map<Object, KeyPath> names = new HashMap<>();
      for (int i = 0; i < verticles.size(); i++) {
        found.uniqueName(VERTICLES.then(i), names);
        file(found, VERTICLES.then(i).then("file"));
      }
    }
    return found.problems();
  }

  private static void file(Findings found, KeyPath path) {
    if (found.sound(path) instanceof String name && !isReadable(name)) {
      found.report(path, "a readable file");
    }
  }

  private static boolean isReadable(String name) {
    try {
      Path file = Path.of(name);
      return Files.isRegularFile(file) && Files.isReadable(file);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
