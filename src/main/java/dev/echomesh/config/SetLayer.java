package dev.echomesh.config;

import dev.echomesh.spec.InvalidValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The highest layer: {@code --set echo.endpoints[0].port=7007}, in the order given. */
final class SetLayer {
  private static final Origin ORIGIN = new Origin.CommandLine();

  private final ConfigTree tree;
  private final List<Problem> problems;

  SetLayer(ConfigTree tree, List<Problem> problems) {
    this.tree = tree;
    this.problems = problems;
  }

  void apply(String argument) {
    int equals = argument.indexOf('=');
    if (equals < 1) {
      problems.add(Problem.of("--set", argument + " (expected KEY=VALUE)"));
      return;
    }
    String key = argument.substring(0, equals).strip();
    String text = argument.substring(equals + 1);
    try {
      KeyPath path = KeyPath.parse(key);
      if (isKnown(path)) {
        tree.put(path, value(path, text), ORIGIN);
      }
    } catch (InvalidValueException e) {
      problems.add(new Problem(key, e.value() + " (expected " + e.expected() + ")", ORIGIN));
    } catch (YAMLException e) {
      problems.add(new Problem(key, text + " (expected a YAML value)", ORIGIN));
    }
  }

  private boolean isKnown(KeyPath path) {
    SchemaNode node = tree.schema();
    for (int i = 0; i < path.steps().size(); i++) {
      Object step = path.steps().get(i);
      SchemaNode child = node.child(step);
      if (child == null) {
        if (step instanceof String && node.isSection() && node.names().isEmpty()) {
          return true;
        }
        problems.add(misfit(node, path.first(i), step));
        return false;
      }
      node = child;
    }
    return true;
  }

  private static Problem misfit(SchemaNode node, KeyPath parent, Object step) {
    if (step instanceof String name && node.isSection()) {
      return UnknownKey.problem(node, parent.then(name), name, ORIGIN);
    }
    String kind = node.isList() ? "a list, so an index such as [0]" : "no further step";
    return Problem.of(parent.then(step), "unknown key", kind + " after " + parent, ORIGIN);
  }

  private @Nullable Object value(KeyPath path, String text) {
    Node node = YamlReader.compose(text);
    SchemaNode schema = tree.schema().find(path);
    boolean wantsText = schema != null && schema.types().equals(List.of("string"));
    if (node == null) {
      return wantsText ? "" : null;
    }
    if (schema != null && schema.isList() && schema.isLeaf() && node instanceof ScalarNode) {
      return EnvironmentLayer.list(text);
    }
    // a shell has no types: node.zone=7 is text because the key is
    return wantsText && node instanceof ScalarNode scalar
        ? scalar.getValue()
        : new YamlReader(mark -> ORIGIN, problems).read(node, path);
  }
}
