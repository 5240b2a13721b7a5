package dev.echomesh.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What rules find wrong with a configuration, beside the keys whose faults are known already. Not
 * thread-safe.
 */
final class Findings {
  private final ConfigTree tree;
  private final Set<KeyPath> known;
  private final List<Problem> problems = new ArrayList<>();

  /** Nothing is found yet. */
  Findings(ConfigTree tree, Set<KeyPath> known) {
    this.tree = tree;
    this.known = known;
  }

  List<Problem> problems() {
    return problems;
  }

  /** The value of a key; null if it has none, or one whose fault is known. */
  @Nullable Object sound(KeyPath path) {
    return known.contains(path) ? null : tree.get(path);
  }

  void report(KeyPath path, String expected) {
    problems.add(Problem.of(path, Values.print(tree.get(path)), expected, tree.origin(path)));
  }

  /**
   * Two of the same kind may not have the same name.
   *
   * @param names those so far, and whose they are
   */
  void uniqueName(KeyPath owner, Map<Object, KeyPath> names) {
    KeyPath path = owner.then("name");
    Object name = sound(path);
    KeyPath first = name == null ? null : names.putIfAbsent(name, owner);
    if (first != null) {
      report(path, "a name that " + first + " does not have");
    }
  }

  /** The file has to be there and hold that. */
  void pem(KeyPath path, PemFile kind) {
    if (sound(path) instanceof String name) {
      kind.fault(name).ifPresent(expected -> report(path, expected));
    }
  }
}
