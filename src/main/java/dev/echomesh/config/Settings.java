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

  private Settings(ConfigTree tree) {
    this.tree = tree;
  }

  /** Every value. */
  static List<Setting> of(ConfigTree tree) {
    Settings settings = new Settings(tree);
    settings.walk(KeyPath.ROOT, tree.schema());
    return settings.effective;
  }

  private void walk(KeyPath path, SchemaNode node) {
    Object value = tree.get(path);
    if (value instanceof JsonObject section && !section.isEmpty() && !node.names().isEmpty()) {
      for (String name : node.names()) {
        SchemaNode child = node.child(name);
        if (child != null && section.containsKey(name)) {
          walk(path.then(name), child);
        }
      }
    } else if (value instanceof JsonArray list && !node.isLeaf()) {
      SchemaNode item = node.child(0);
      for (int i = 0; item != null && i < list.size(); i++) {
        walk(path.then(i), item);
      }
    } else if (value instanceof JsonObject free && node.names().isEmpty()) {
      walk(path, free);
    } else if (node.isLeaf() || value instanceof String) {
      effective.add(new Setting(path.toString(), print(value), tree.origin(path)));
    }
  }

  /** A section whose names are the user's own. */
  private void walk(KeyPath path, JsonObject free) {
    for (String name : free.fieldNames()) {
      KeyPath child = path.then(name);
      Object value = free.getValue(name);
      if (value instanceof JsonObject deeper) {
        walk(child, deeper);
      } else {
        String printed = value instanceof JsonArray list ? list.encode() : String.valueOf(value);
        effective.add(new Setting(child.toString(), printed, tree.origin(child)));
      }
    }
  }

  private static String print(@Nullable Object value) {
    return value instanceof JsonArray list
        ? String.join(", ", list.stream().map(Values::print).toList())
        : String.valueOf(value);
  }
}
