package dev.echomesh.tester.checks;

import dev.echomesh.bus.CheckVerdict;
import java.util.ArrayList;
import java.util.List;

/** What a check has seen so far; the worst of it is the verdict. Event loop only. */
final class Findings {
  private final List<String> good = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();
  private final List<String> open = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  void pass(String seen) {
    good.add(seen);
  }

  void fail(String seen) {
    bad.add(seen);
  }

  /** Something could not be decided. */
  void unsure(String why) {
    open.add(why);
  }

  /** Something does not apply here. */
  void skip(String why) {
    skipped.add(why);
  }

  boolean failed() {
    return !bad.isEmpty();
  }

  CheckVerdict verdict() {
    if (failed()) {
      return CheckVerdict.FAIL;
    }
    if (!open.isEmpty() || (good.isEmpty() && skipped.isEmpty())) {
      return CheckVerdict.INCONCLUSIVE;
    }
    return good.isEmpty() ? CheckVerdict.SKIPPED : CheckVerdict.PASS;
  }

  /** The worst first. */
  List<String> evidence() {
    List<String> all = new ArrayList<>(bad);
    all.addAll(open);
    all.addAll(skipped);
    all.addAll(good);
    return all;
  }
}
