package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One place of the schema, references followed. */
final class SchemaNode {
  private final JsonObject document;
  private final JsonObject json;
  private final Map<Object, SchemaNode> children = new HashMap<>();

  private SchemaNode(JsonObject document, JsonObject json) {
    this.document = document;
    this.json = merged(document, json);
  }

  /** The schema that comes with the program. */
  static SchemaNode root() {
    try (InputStream in = SchemaNode.class.getResourceAsStream("schema.json")) {
      if (in == null) {
        throw new IllegalStateException("schema.json is not on the class path");
      }
      JsonObject json = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return new SchemaNode(json, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of the schema's own JSON. */
  JsonObject json() {
    return json.copy();
  }

  /** Names below an object, in the order of the schema. */
  List<String> names() {
    return List.copyOf(json.getJsonObject("properties", new JsonObject()).fieldNames());
  }

  /** What the schema says of a name or list index below this place; null if it knows nothing. */
  @Nullable SchemaNode child(Object step) {
    return children.computeIfAbsent(step, this::read);
  }

  @Nullable SchemaNode find(KeyPath path) {
    SchemaNode node = this;
    for (Object step : path.steps()) {
      if (node == null) {
        return null;
      }
      node = node.child(step);
    }
    return node;
  }

  boolean isList() {
    return types().contains("array");
  }

  boolean isSection() {
    return types().contains("object");
  }

  /** Whether a value is one line to a user: a scalar or a list of scalars. */
  boolean isLeaf() {
    SchemaNode item = child(0);
    return isList() ? item != null && item.isLeaf() : !isSection();
  }

  /** JSON types a value may have. */
  List<String> types() {
    Object type = json.getValue("type");
    List<String> types = new ArrayList<>();
    if (type instanceof JsonArray several) {
      several.forEach(each -> types.add((String) each));
    } else if (type != null) {
      types.add((String) type);
    }
    return types;
  }

  List<String> required() {
    return json.getJsonArray("required", new JsonArray()).stream().map(String.class::cast).toList();
  }

  /** A fresh copy of the value that stands in for an absent one; null if there is none. */
  @Nullable Object defaultValue() {
    if (json.getBoolean("hostName", false)) {
      return HostName.local();
    }
    Object value = json.getValue("default");
    return value instanceof Shareable container ? container.copy() : value;
  }

  boolean isByteSize() {
    return json.getString("format", "").startsWith("byte-size");
  }

  /** Whether a value is text that could be mistaken for a number. */
  boolean isFreeText() {
    return types().equals(List.of("string"))
        && !json.containsKey("format")
        && !json.containsKey("enum");
  }

  long minimum() {
    return json.getLong("minimum");
  }

  long maximum() {
    return json.getLong("maximum");
  }

  /** What a right value would be, to follow the word "expected". */
  String expected() {
    if (json.containsKey("expected")) {
      return json.getString("expected");
    }
    if (json.containsKey("enum")) {
      return "one of "
          + String.join(", ", json.getJsonArray("enum").stream().map(String::valueOf).toList());
    }
    if (isList()) {
      return "a list";
    }
    if (isSection()) {
      return names().isEmpty() ? "a section" : "a section with " + String.join(", ", names());
    }
    return types().contains("boolean") ? "true or false" : minimum() + " to " + maximum();
  }

  private @Nullable SchemaNode read(Object step) {
    JsonObject child =
        step instanceof Integer
            ? json.getJsonObject("items")
            : json.getJsonObject("properties", new JsonObject()).getJsonObject((String) step);
    return child == null ? null : new SchemaNode(document, child);
  }

  private static JsonObject merged(JsonObject document, JsonObject json) {
    String reference = json.getString("$ref");
    if (reference == null) {
      return json;
    }
    String name = reference.substring("#/$defs/".length());
    return document.getJsonObject("$defs").getJsonObject(name).copy().mergeIn(json);
  }
}
