package dev.echomesh.config;

import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as they were given, layer upon layer, each with its origin. */
final class ConfigTree {
  private final SchemaNode schema;
  private final JsonObject root;
  private final Map<KeyPath, Origin> origins;

  ConfigTree(SchemaNode schema, JsonObject root, Map<KeyPath, Origin> origins) {
    this.schema = schema;
    this.root = root;
    this.origins = new HashMap<>(origins);
  }

  JsonObject root() {
    return root;
  }

  SchemaNode schema() {
    return schema;
  }

  /** The value, null if it is absent or null was given. */
  @Nullable Object get(KeyPath path) {
    Object value = root;
    for (Object step : path.steps()) {
      value = child(value, step);
    }
    return value;
  }

  boolean has(KeyPath path) {
    return get(path.parent()) instanceof JsonObject parent
        && parent.containsKey((String) path.steps().get(path.steps().size() - 1));
  }

  /** Where the value came from, or where the nearest place around it did. */
  Origin origin(KeyPath path) {
    for (int length = path.steps().size(); length > 0; length--) {
      Origin origin = origins.get(path.first(length));
      if (origin != null) {
        return origin;
      }
    }
    return new Origin.Default();
  }

  /**
   * Lays a value over what is there. Sections on the way are made, lists on the way begin with
   * their default, so that an index means the same whether or not the file names the list.
   *
   * @throws InvalidValueException if an index skips entries
   */
  void put(KeyPath path, @Nullable Object value, Origin origin) {
    Object parent = root;
    for (int i = 1; i < path.steps().size(); i++) {
      KeyPath way = path.first(i);
      Object step = path.steps().get(i - 1);
      Object next = child(parent, step);
      if (next == null) {
        next = container(way, path.steps().get(i));
        place(parent, step, next);
        origins.put(way, origin);
      }
      parent = next;
    }
    Object replaced = get(path);
    place(parent, path.steps().get(path.steps().size() - 1), value);
    if (replaced instanceof JsonObject || replaced instanceof JsonArray) {
      origins.keySet().removeIf(known -> known.startsWith(path));
    }
    origins.put(path, origin);
    if (parent instanceof JsonArray && !(value instanceof JsonObject)) {
      origins.put(path.parent(), origin);
    }
  }

  private Object container(KeyPath path, Object nextStep) {
    if (nextStep instanceof String) {
      return new JsonObject();
    }
    SchemaNode node = schema.find(path);
    Object value = node == null ? null : node.defaultValue();
    return value == null ? new JsonArray() : value;
  }

  private static @Nullable Object child(@Nullable Object parent, Object step) {
    if (parent instanceof JsonObject section && step instanceof String name) {
      return section.getValue(name);
    }
    return parent instanceof JsonArray list && step instanceof Integer index && index < list.size()
        ? list.getValue(index)
        : null;
  }

  // a parent of the wrong kind is left alone: the check against the schema reports it
  private static void place(@Nullable Object parent, Object step, @Nullable Object value) {
    if (parent instanceof JsonObject section && step instanceof String name) {
      section.put(name, value);
    } else if (parent instanceof JsonArray list && step instanceof Integer index) {
      if (index > list.size()) {
        throw new InvalidValueException(
            "index " + index, "0 to " + list.size() + ", the next free one");
      }
      if (index == list.size()) {
        list.add(value);
      } else {
        list.set(index, value);
      }
    }
  }
}
