package dev.echomesh.config;

import io.vertx.core.json.JsonArray;

/** Puts the schema's defaults where nothing was given. */
final class Defaults {
  private final ConfigTree tree;

  private Defaults(ConfigTree tree) {
    this.tree = tree;
  }

  static void fill(ConfigTree tree) {
    new Defaults(tree).fill(KeyPath.ROOT, tree.schema());
  }

  private void fill(KeyPath section, SchemaNode node) {
    for (String name : node.names()) {
      KeyPath path = section.then(name);
      SchemaNode child = node.child(name);
      if (child == null) {
        continue;
      }
      if (!tree.has(path)) {
        Object value = child.defaultValue();
        if (value != null) {
          tree.put(path, value, new Origin.Default());
        }
      }
      // a section with required keys, such as tls, has no defaults: it is there or not
      if (child.isSection() && child.required().isEmpty()) {
        fill(path, child);
      }
      SchemaNode item = child.child(0);
      if (item != null && item.isSection() && tree.get(path) instanceof JsonArray list) {
        for (int i = 0; i < list.size(); i++) {
          fill(path.then(i), item);
        }
      }
    }
  }
}
