package dev.echomesh.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plain YAML scalar is, by the core schema of YAML 1.2 (section 10.3.2). YAML 1.1, the
 * parser's own reading, would make numbers of {@code 1:2:3:4:5:6:7:8} and {@code 010}, and booleans
 * of {@code on} and {@code no}.
 */
final class YamlScalars {
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

  private YamlScalars() {}

  static @Nullable Object plain(String text) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> null;
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> number(text);
    };
  }

  private static Object number(String text) {
    if (INTEGER.matcher(text).matches()) {
      BigInteger value = new BigInteger(text);
      return value.bitLength() < Integer.SIZE ? (Object) value.intValue() : value;
    }
    // leading zeros make text of an integer: it is a mistake more often than a number
    if (FLOAT.matcher(text).matches() && !text.matches("[-+]?[0-9]+")) {
      return new BigDecimal(text);
    }
    return text;
  }
}
