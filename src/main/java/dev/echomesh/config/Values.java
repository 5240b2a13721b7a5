package dev.echomesh.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as users read them. */
final class Values {
  private Values() {}

  static String print(@Nullable Object value) {
    if (value == null) {
      return "no value";
    }
    if (value instanceof JsonObject) {
      return "a section";
    }
    if (value instanceof JsonArray list) {
      return list.stream().map(Values::print).collect(Collectors.joining(", ", "[", "]"));
    }
    return value.equals("") ? "\"\"" : value.toString();
  }

  /** Whether text would be a number, a boolean or nothing if it stood in YAML without quotes. */
  static boolean looksTyped(String text) {
    return !text.isEmpty() && !(YamlScalars.plain(text) instanceof String);
  }
}
