package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a schema cannot state about verticles: names are unique, files are there. */
final class ScriptRules {
  private static final KeyPath VERTICLES = KeyPath.ROOT.then("verticles");

  private final ConfigTree tree;
  private final Set<KeyPath> known;
  private final List<Problem> problems = new ArrayList<>();

  private ScriptRules(ConfigTree tree, Set<KeyPath> known) {
    this.tree = tree;
    this.known = known;
  }

  /** What is wrong beside the keys whose faults are {@code known}. */
  static List<Problem> check(ConfigTree tree, Set<KeyPath> known) {
    ScriptRules rules = new ScriptRules(tree, known);
    if (tree.get(VERTICLES) instanceof JsonArray verticles) {
      Map<Object, KeyPath> names = new HashMap<>();
      for (int i = 0; i < verticles.size(); i++) {
        rules.uniqueName(VERTICLES.then(i), names);
        rules.file(VERTICLES.then(i).then("file"));
      }
    }
    return rules.problems;
  }

  private void uniqueName(KeyPath verticle, Map<Object, KeyPath> names) {
    KeyPath path = verticle.then("name");
    Object name = sound(path);
    KeyPath first = name == null ? null : names.putIfAbsent(name, verticle);
    if (first != null) {
      report(path, "a name that " + first + " does not have");
    }
  }

  private void file(KeyPath path) {
    if (sound(path) instanceof String name && !isReadable(name)) {
      report(path, "a readable file");
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

  private @Nullable Object sound(KeyPath path) {
    return known.contains(path) ? null : tree.get(path);
  }

  private void report(KeyPath path, String expected) {
    problems.add(Problem.of(path, Values.print(tree.get(path)), expected, tree.origin(path)));
  }
}
