package dev.echomesh.echo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who keeps us waiting for too long. Being late at one look is not enough: we may have stood still
 * ourselves, with what they sent unread. Between two looks everything that has come is read. Not
 * safe for threads.
 *
 * @param <T> whoever may be late
 */
final class Laggards<T> {
  private Set<T> late = Set.of();

  /**
   * Those that have been late at this look and at the one before.
   *
   * @param all in the order of preference
   * @param most of them that are wanted
   */
  List<T> look(Collection<T> all, Predicate<T> isLate, int most) {
    Set<T> lateNow = new HashSet<>();
    List<T> again = new ArrayList<>();
    for (T each : all) {
      if (isLate.test(each)) {
        if (late.contains(each) && again.size() < most) {
          again.add(each);
        } else {
          lateNow.add(each);
        }
      }
    }
    late = lateNow;
    return again;
  }

  /** The next look is as the first. */
  void forget() {
    late = Set.of();
  }
}
