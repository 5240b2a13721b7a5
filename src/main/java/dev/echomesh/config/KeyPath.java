package dev.echomesh.config;

import dev.echomesh.spec.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way from the root of a configuration to one value, printed {@code echo.endpoints[0].port}.
 *
 * @param steps names ({@code String}) and list indices ({@code Integer}, from 0)
 */
record KeyPath(List<Object> steps) {
  static final KeyPath ROOT = new KeyPath(List.of());

  private static final Pattern STEP =
      Pattern.compile("([^.\\[\\]]+)((?:\\[\\d{1,6}])*)(\\.(?!$)|$)");
  private static final Pattern INDEX = Pattern.compile("\\d+");

  KeyPath {
    steps = List.copyOf(steps);
  }

  static KeyPath parse(String text) {
    KeyPath path = ROOT;
    Matcher step = STEP.matcher(text);
    int end = 0;
    while (end < text.length() && step.find(end) && step.start() == end) {
      path = path.then(step.group(1));
      Matcher index = INDEX.matcher(step.group(2));
      while (index.find()) {
        path = path.then(Integer.valueOf(index.group()));
      }
      end = step.end();
    }
    if (text.isEmpty() || end < text.length()) {
      throw new InvalidValueException(text, "a key such as echo.endpoints[0].port");
    }
    return path;
  }

  KeyPath then(Object step) {
    List<Object> longer = new ArrayList<>(steps);
    longer.add(step);
    return new KeyPath(longer);
  }

  /** The first {@code length} steps. */
  KeyPath first(int length) {
    return new KeyPath(steps.subList(0, length));
  }

  KeyPath parent() {
    return first(steps.size() - 1);
  }

  boolean startsWith(KeyPath other) {
    int length = other.steps.size();
    return steps.size() >= length && steps.subList(0, length).equals(other.steps);
  }

  // in code, as what a record has by itself takes a part of the time to the first open port
  @Override
  public boolean equals(Object other) {
    return other instanceof KeyPath path && steps.equals(path.steps);
  }

  @Override
  public int hashCode() {
    return steps.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Object step : steps) {
      if (step instanceof Integer) {
        text.append('[').append(step).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(step);
      }
    }
    return text.toString();
  }
}
