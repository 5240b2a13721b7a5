package dev.echomesh.report;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckResult;
import dev.echomesh.bus.CheckVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report of checks as a table. */
public final class CheckText {
  private static final String ROW = "%-13s %-14s %s%n";

  private CheckText() {}

  /** Several lines, the verdict first and last thing to see; ends with a line break. */
  public static String render(CheckReport report) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s %s  %s, %s%n%n"
            .formatted(
                report.passed() ? "PASS" : "FAIL",
                report.request().target(),
                counts(report),
                Units.seconds(report.durationSeconds())));
    for (CheckResult result : report.results()) {
      String first = result.check().key();
      String second = shown(result.verdict());
      for (String line : result.evidence()) {
        out.append(ROW.formatted(first, second, Printable.of(line)));
        first = "";
        second = "";
      }
      if (result.verdict() == CheckVerdict.FAIL) {
        out.append(ROW.formatted("", "", result.check().why()));
        out.append(ROW.formatted("", "", "See " + result.check().clause() + "."));
      }
    }
    return out.toString();
  }

  /** Each check with its reason and its clause; ends with a line break. */
  public static String list(List<CheckName> checks) {
    StringBuilder out = new StringBuilder();
    for (CheckName check : checks) {
      out.append("%-13s %s (%s)%n".formatted(check.key(), check.why(), check.clause()));
    }
    return out.toString();
  }

  private static String counts(CheckReport report) {
    List<String> parts = new ArrayList<>();
    for (CheckVerdict verdict : CheckVerdict.values()) {
      long count = report.count(verdict);
      if (count > 0 || verdict == CheckVerdict.PASS) {
        parts.add(
            count
                + " "
                + switch (verdict) {
                  case PASS -> "passed";
                  case FAIL -> "failed";
                  case INCONCLUSIVE -> "inconclusive";
                  case SKIPPED -> "skipped";
                });
      }
    }
    return String.join(", ", parts);
  }

  private static String shown(CheckVerdict verdict) {
    return verdict == CheckVerdict.PASS || verdict == CheckVerdict.FAIL
        ? verdict.key().toUpperCase(Locale.ROOT)
        : verdict.key();
  }
}
