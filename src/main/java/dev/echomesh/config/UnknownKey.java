package dev.echomesh.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says of a key nobody knows which known one may have been meant. */
final class UnknownKey {
  private UnknownKey() {}

  static Problem problem(SchemaNode parent, KeyPath path, String name, Origin origin) {
    String hint =
        nearest(name, parent.names())
            .map(known -> "did you mean " + known + "?")
            .orElse("expected one of " + String.join(", ", parent.names()));
    return new Problem(path.toString(), "unknown key (" + hint + ")", origin);
  }

  /** The known name with the fewest typing mistakes between, if it is near at all. */
  static Optional<String> nearest(String name, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= Math.max(1, candidate.length() / 3));
  }

  /**
   * Optimal string alignment: the least number of letters inserted, deleted, replaced or swapped
   * with their neighbour. Upper and lower case are the same.
   */
  static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
