package dev.echomesh.config;

import dev.echomesh.spec.ByteSize;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks values against the schema and puts what it says into the user's words. */
final class SchemaCheck {
  private final ConfigTree tree;
  private final Map<KeyPath, Problem> problems = new LinkedHashMap<>();

  private SchemaCheck(ConfigTree tree) {
    this.tree = tree;
  }

  /** What is wrong, at most one problem for each key. */
  static Map<KeyPath, Problem> check(ConfigTree tree) {
    Validator validator =
        Validator.create(
            JsonSchema.of(tree.schema().json()),
            new JsonSchemaOptions()
                .setBaseUri("app://echomesh")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic),
            (type, format, value) -> Formats.fault(format, value));
    SchemaCheck check = new SchemaCheck(tree);
    List<OutputUnit> errors = validator.validate(measured(tree.schema(), tree.root())).getErrors();
    if (errors != null) {
      errors.forEach(check::report);
    }
    return check.problems;
  }

  // sizes become numbers, so that the schema's ranges bind 2MiB as they bind 2097152
  private static @Nullable Object measured(@Nullable SchemaNode node, @Nullable Object value) {
    if (node == null) {
      return value;
    }
    if (value instanceof JsonObject section) {
      JsonObject copy = new JsonObject();
      section.forEach(
          each -> copy.put(each.getKey(), measured(node.child(each.getKey()), each.getValue())));
      return copy;
    }
    if (value instanceof JsonArray list) {
      JsonArray copy = new JsonArray();
      list.forEach(each -> copy.add(measured(node.child(0), each)));
      return copy;
    }
    return node.isByteSize()
            && value instanceof String text
            && Formats.fault("byte-size", text) == null
        ? (Object) ByteSize.parse(text).bytes()
        : value;
  }

  private void report(OutputUnit unit) {
    String location = unit.getKeywordLocation();
    String keyword = location.substring(location.lastIndexOf('/') + 1);
    String pointer = unit.getInstanceLocation();
    switch (keyword) {
      case "additionalProperties" -> unknown(path(pointer.substring(0, pointer.lastIndexOf('/'))));
      case "required" -> missing(path(pointer));
      case "properties", "items", "$ref" -> {
        // only says that something below is wrong
      }
      default -> wrong(path(pointer), "type".equals(keyword));
    }
  }

  private void unknown(KeyPath parent) {
    SchemaNode node = node(parent);
    if (tree.get(parent) instanceof JsonObject section) {
      for (String name : section.fieldNames()) {
        KeyPath path = parent.then(name);
        if (node.child(name) == null) {
          add(path, UnknownKey.problem(node, path, name, tree.origin(path)));
        }
      }
    }
  }

  private void missing(KeyPath parent) {
    for (String name : node(parent).required()) {
      KeyPath path = parent.then(name);
      if (!tree.has(path)) {
        String expected = node(path).expected();
        add(path, Problem.of(path, "missing", expected, tree.origin(parent)));
      }
    }
  }

  private void wrong(KeyPath path, boolean isOfWrongType) {
    SchemaNode node = node(path);
    Object value = tree.get(path);
    String printed = Values.print(value);
    String expected = node.expected();
    if (isOfWrongType && value instanceof String text && Values.looksTyped(text)) {
      printed = '"' + text + '"';
      expected += ", without quotes";
    } else if (isOfWrongType && value instanceof Number && node.types().contains("integer")) {
      expected += ", a whole number";
    } else if (value instanceof Number && node.isFreeText()) {
      expected += ", in quotes";
    }
    add(path, Problem.of(path, printed, expected, tree.origin(path)));
  }

  private void add(KeyPath path, Problem problem) {
    problems.putIfAbsent(path, problem);
  }

  private SchemaNode node(KeyPath path) {
    return Objects.requireNonNull(tree.schema().find(path), path::toString);
  }

  // a JSON pointer without escapes: what the schema knows needs none
  private KeyPath path(String pointer) {
    KeyPath path = KeyPath.ROOT;
    for (String step : pointer.split("/", -1)) {
      if (!step.equals("#")) {
        path =
            path.then(tree.get(path) instanceof JsonArray ? (Object) Integer.valueOf(step) : step);
      }
    }
    return path;
  }
}
