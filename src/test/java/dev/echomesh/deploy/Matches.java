package dev.echomesh.deploy;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds what stands in a file that has no parser here. */
final class Matches {
  private Matches() {}

  /** What the expression's group is, wherever it matches. */
  static List<String> all(String regex, String text) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}
