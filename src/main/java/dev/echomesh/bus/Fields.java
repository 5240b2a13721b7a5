package dev.echomesh.bus;

import dev.echomesh.spec.ByteSize;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.InvalidValueException;
import dev.echomesh.spec.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a request that a stranger wrote. Every complaint names the field. */
final class Fields {
  private final JsonObject json;
  private final String prefix;

  Fields(JsonObject json) {
    this(json, "");
  }

  private Fields(JsonObject json, String prefix) {
    this.json = json;
    this.prefix = prefix;
  }

  boolean has(String name) {
    return json.getValue(name) != null;
  }

  long number(String name, long defaultValue, long min, long max) {
    Object value = json.getValue(name);
    if (value == null) {
      return defaultValue;
    }
    String expected = min + " to " + max;
    if (!(value instanceof Integer || value instanceof Long)) {
      throw RequestException.invalid(prefix + name, value, "a whole number, " + expected);
    }
    long number = ((Number) value).longValue();
    if (number < min || number > max) {
      throw RequestException.invalid(prefix + name, value, expected);
    }
    return number;
  }

  long size(String name, long defaultBytes, long min, long max) {
    Object value = json.getValue(name);
    if (!(value instanceof String text)) {
      return number(name, defaultBytes, min, max);
    }
    long bytes = parsed(name, text, t -> ByteSize.parse(t).bytes());
    if (bytes < min || bytes > max) {
      throw RequestException.invalid(prefix + name, value, min + " to " + max + " bytes");
    }
    return bytes;
  }

  Duration duration(String name, Duration defaultValue, Duration min, Duration max) {
    String text = text(name);
    if (text == null) {
      return defaultValue;
    }
    Duration duration = parsed(name, text, Durations::parse);
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw RequestException.invalid(
          prefix + name, text, Durations.print(min) + " to " + Durations.print(max));
    }
    return duration;
  }

  boolean flag(String name, boolean defaultValue) {
    Object value = json.getValue(name);
    if (value != null && !(value instanceof Boolean)) {
      throw RequestException.invalid(prefix + name, value, "true or false");
    }
    return value == null ? defaultValue : (Boolean) value;
  }

  @Nullable String text(String name) {
    Object value = json.getValue(name);
    if (value != null && !(value instanceof String)) {
      throw RequestException.invalid(prefix + name, value, "a text");
    }
    return (String) value;
  }

  /** A text or a number, as text. */
  String scalar(String name) {
    Object value = json.getValue(name);
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return new BigDecimal(number.toString()).toPlainString();
    }
    throw RequestException.invalid(prefix + name, value, "a text or a number");
  }

  /** An absent list is empty. */
  List<String> texts(String name) {
    Object value = json.getValue(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof JsonArray array) || !array.stream().allMatch(String.class::isInstance)) {
      throw RequestException.invalid(prefix + name, value, "a list of texts");
    }
    return array.stream().map(String.class::cast).toList();
  }

  <E extends Enum<E>> E choice(
      String name, E defaultValue, Class<E> type, Function<E, String> key) {
    String text = text(name);
    if (text == null) {
      return defaultValue;
    }
    StringBuilder known = new StringBuilder();
    for (E choice : type.getEnumConstants()) {
      if (key.apply(choice).equals(text)) {
        return choice;
      }
      known.append(known.length() == 0 ? "" : ", ").append(key.apply(choice));
    }
    throw RequestException.invalid(prefix + name, text, "one of " + known);
  }

  @Nullable Fields object(String name) {
    Object value = json.getValue(name);
    if (value != null && !(value instanceof JsonObject)) {
      throw RequestException.invalid(prefix + name, value, "an object");
    }
    return value == null ? null : new Fields((JsonObject) value, prefix + name + ".");
  }

  Target target(String name) {
    String text = text(name);
    if (text == null) {
      throw RequestException.invalid(prefix + name, "missing (expected HOST:PORT or @NODE)");
    }
    return parsed(name, text, Target::parse);
  }

  <T> T parsed(String name, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (InvalidValueException e) {
      throw RequestException.invalid(prefix + name, e.value(), e.expected());
    }
  }
}
