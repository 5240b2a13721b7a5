package dev.echomesh.report;

import dev.echomesh.bus.SeriesPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happened second by second, of one report or of several in the same plots. */
final class TimePlots {
  private static final double SHORT = 0.5;
  private static final double FEW = 5;

  private final List<NamedReport> reports;
  private final Axis seconds;

  TimePlots(List<NamedReport> reports) {
    this.reports = reports;
    this.seconds =
        Axis.time(
            "seconds",
            points().mapToDouble(SeriesPoint::second).max().orElse(0),
            Axis::shortNumber);
  }

  /** Nothing if no report has a series. */
  void writeTo(Html page) {
    if (points().findAny().isEmpty()) {
      return;
    }
    Plot rate =
        new Plot(
            "Frames per second",
            seconds,
            Axis.linear("frames/s", highest(TimePlots::rates), Axis::shortNumber));
    Plot time =
        new Plot(
            "Round trip by second",
            seconds,
            Axis.linear("round trip", highest(TimePlots::p99s), Axis::shortTime));
    Plot failures =
        new Plot(
            "Failures by second",
            seconds,
            Axis.linear(
                "failures", Math.max(FEW, highest(TimePlots::failures)), Axis::shortNumber));
    for (NamedReport each : reports) {
      List<SeriesPoint> series = each.report().series();
      String of = reports.size() == 1 ? "" : each.name() + " ";
      rate.line(of + (of.isEmpty() ? "frames/s" : ""), rates(series));
      if (reports.size() == 1) {
        time.line("p50", values(withoutRest(series), SeriesPoint::p50Micros));
      }
      time.line(of + "p99", p99s(series));
      failures.line(of + (of.isEmpty() ? "failures" : ""), failures(series));
    }
    rate.writeTo(page);
    if (points().anyMatch(point -> point.p99Micros() != null)) {
      time.writeTo(page);
    }
    if (points().anyMatch(point -> point.failed() > 0)) {
      failures.writeTo(page);
    } else {
      page.markup("<p class=\"quiet\">No second had a failure.</p>\n");
    }
  }

  private Stream<SeriesPoint> points() {
    return reports.stream().flatMap(each -> each.report().series().stream());
  }

  private double highest(Function<List<SeriesPoint>, List<Plot.Point>> curve) {
    return reports.stream()
        .flatMap(each -> curve.apply(each.report().series()).stream())
        .mapToDouble(point -> point.y() == null ? 0 : point.y())
        .max()
        .orElse(0);
  }

  private static List<Plot.Point> rates(List<SeriesPoint> series) {
    List<Plot.Point> points = new ArrayList<>();
    double before = 0;
    for (SeriesPoint point : withoutRest(series)) {
      double length = point.second() - before;
      points.add(new Plot.Point(point.second(), length > 0 ? point.frames() / length : null));
      before = point.second();
    }
    return points;
  }

  private static List<Plot.Point> p99s(List<SeriesPoint> series) {
    return values(withoutRest(series), SeriesPoint::p99Micros);
  }

  /** A last interval of a few milliseconds says nothing about a rate, and looks like a collapse. */
  private static List<SeriesPoint> withoutRest(List<SeriesPoint> series) {
    int last = series.size() - 1;
    return last > 0 && series.get(last).second() - series.get(last - 1).second() < SHORT
        ? series.subList(0, last)
        : series;
  }

  private static List<Plot.Point> failures(List<SeriesPoint> series) {
    return values(series, point -> (double) point.failed());
  }

  private static List<Plot.Point> values(
      List<SeriesPoint> series, Function<SeriesPoint, @Nullable Double> value) {
    return series.stream()
        .map(point -> new Plot.Point(point.second(), value.apply(point)))
        .toList();
  }
}
