package dev.echomesh.config;

import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The middle layer: variables such as {@code ECHOMESH_ECHO_ENDPOINTS_0_PORT}. A name nobody knows
 * is no more than a warning, because Kubernetes sets such names for every service it has.
 */
final class EnvironmentLayer {
  private static final String PREFIX = "ECHOMESH_";
  private static final Set<String> OF_OTHERS =
      Set.of("ECHOMESH_LOG_FORMAT", "ECHOMESH_LOG_LEVEL", "ECHOMESH_TOKEN");
  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,5}");
  private static final Pattern KUBERNETES = Pattern.compile("(tcp|udp|sctp)://.*");

  private final ConfigTree tree;
  private final List<Problem> problems;
  private final List<String> warnings;

  EnvironmentLayer(ConfigTree tree, List<Problem> problems, List<String> warnings) {
    this.tree = tree;
    this.problems = problems;
    this.warnings = warnings;
  }

  void apply(Map<String, String> environment) {
    Map<String, String> ordered = new TreeMap<>(EnvironmentLayer::compare);
    ordered.putAll(environment);
    ordered.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !OF_OTHERS.contains(name)) {
            apply(name, value);
          }
        });
  }

  private void apply(String name, String value) {
    KeyPath path = path(name);
    SchemaNode node = path == null ? null : tree.schema().find(path);
    if (path == null || node == null) {
      warnings.add(name + ": no key has this name, ignored");
    } else if (!node.isLeaf() && !node.types().contains("string")) {
      warnings.add(name + ": names a section, not a value, ignored");
    } else if (KUBERNETES.matcher(value).matches() && node.types().contains("integer")) {
      warnings.add(name + ": looks like the address of a Kubernetes service, ignored");
    } else {
      try {
        tree.put(path, typed(node, value), new Origin.Variable(name));
      } catch (InvalidValueException e) {
        problems.add(Problem.of(path, e.value(), e.expected(), new Origin.Variable(name)));
      }
    }
  }

  private @Nullable KeyPath path(String name) {
    KeyPath path = KeyPath.ROOT;
    SchemaNode node = tree.schema();
    for (String part : name.substring(PREFIX.length()).split("_", -1)) {
      Object step =
          node.isList() && INDEX.matcher(part).matches()
              ? Integer.valueOf(part)
              : named(node, part);
      SchemaNode child = step == null ? null : node.child(step);
      if (step == null || child == null) {
        return null;
      }
      path = path.then(step);
      node = child;
    }
    return path;
  }

  private static @Nullable String named(SchemaNode node, String part) {
    return node.names().stream()
        .filter(name -> name.toUpperCase(Locale.ROOT).equals(part))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Object typed(SchemaNode node, String value) {
    if (node.isList()) {
      return list(value);
    }
    return node.types().equals(List.of("string")) ? value : YamlScalars.plain(value.strip());
  }

  /** A list in one line: {@code a,b}. */
  static JsonArray list(String value) {
    JsonArray list = new JsonArray();
    Stream.of(value.split(",")).map(String::strip).filter(s -> !s.isEmpty()).forEach(list::add);
    return list;
  }

  // shorter first, so that the entry 9 of a list comes before the entry 10
  private static int compare(String one, String other) {
    return one.length() == other.length()
        ? one.compareTo(other)
        : Integer.compare(one.length(), other.length());
  }
}
