package dev.echomesh.cli;

import dev.echomesh.bus.TestProgress;
import dev.echomesh.report.TextReport;
import java.io.PrintStream;
import java.util.Locale;

/** A line on the terminal that shows how far a run is; nothing where nobody watches. */
final class ProgressLine {
  private final PrintStream err = System.err;
  private final boolean visible;
  private boolean drawn;

  private ProgressLine(boolean visible) {
    this.visible = visible;
  }

  static ProgressLine onTerminal(boolean quiet) {
    return new ProgressLine(!quiet && Terminal.isStandardError());
  }

  void show(TestProgress progress) {
    show(line(progress));
  }

  static String line(TestProgress progress) {
    Double remaining = progress.remainingSeconds();
    return String.format(
        Locale.ROOT,
        "%5.0f s  %,.0f frames/s  p50 %s  p99 %s  %,d errors%s",
        progress.elapsedSeconds(),
        progress.framesPerSecond(),
        TextReport.time(progress.p50Micros()),
        TextReport.time(progress.p99Micros()),
        progress.failed(),
        remaining == null ? "" : String.format(Locale.ROOT, "  ETA %.0f s", remaining));
  }

  synchronized void show(String line) {
    if (visible) {
      drawn = true;
      err.print("\r" + line + "\u001b[K");
      err.flush();
    }
  }

  synchronized void clear() {
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
