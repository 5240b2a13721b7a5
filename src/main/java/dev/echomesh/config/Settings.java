package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks a complete tree in the order of the schema. */
final class Settings {
  private final ConfigTree tree;
  private final List<Setting> effective = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private Settings(ConfigTree tree) {
    this.tree = tree;
  }

  static Settings of(ConfigTree tree) {
    Settings settings = new Settings(tree);
    settings.walk(KeyPath.ROOT, tree.schema(), false);
    return settings;
  }

  /** Every value with an effect. */
  List<Setting> effective() {
    return effective;
  }

  /** A line for every value that was given and has no effect. */
  List<String> warnings() {
    return warnings;
  }

  private void walk(KeyPath path, SchemaNode node, boolean isInert) {
    Object value = tree.get(path);
    boolean inert = isInert || node.hasNoEffect();
    if (value instanceof JsonObject section && !section.isEmpty() && !node.names().isEmpty()) {
      for (String name : node.names()) {
        SchemaNode child = node.child(name);
        if (child != null && section.containsKey(name)) {
          walk(path.then(name), child, inert);
        }
      }
    } else if (value instanceof JsonArray list && !node.isLeaf() && !inert) {
      SchemaNode item = node.child(0);
      for (int i = 0; item != null && i < list.size(); i++) {
        walk(path.then(i), item, false);
      }
    } else if (inert) {
      warnings.add(path + ": accepted, but has no effect in this version");
    } else if (node.isLeaf() || value instanceof String) {
      effective.add(new Setting(path.toString(), print(value), tree.origin(path)));
    }
  }

  private static String print(@Nullable Object value) {
    return value instanceof JsonArray list
        ? String.join(", ", list.stream().map(Values::print).toList())
        : String.valueOf(value);
  }
}
