package dev.echomesh.report;

import dev.echomesh.bus.Search;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The curve of a search for the highest rate: what each rate that was tried cost in latency. */
final class SearchPlot {
  private SearchPlot() {}

  /** Nothing with fewer than two steps in which a frame came back. */
  static void writeTo(Html page, Search search) {
    // of a step that was made again because the tester was late, the last one counts
    SortedMap<Double, Search.Step> byRate = new TreeMap<>();
    search.steps().stream()
        .filter(step -> step.p50Micros() != null && step.p99Micros() != null)
        .forEach(step -> byRate.put(step.rate(), step));
    List<Search.Step> steps = List.copyOf(byRate.values());
    if (steps.size() < 2) {
      return;
    }
    double lowest = micros(steps).min(Double::compare).orElse(1.0);
    double highest = micros(steps).max(Double::compare).orElse(1.0);
    page.markup("<section class=\"plots\">\n");
    new Plot(
            "Round trip by rate",
            Axis.logarithmic(
                "frames/s asked for",
                steps.get(0).rate(),
                steps.get(steps.size() - 1).rate(),
                Axis::shortNumber),
            Axis.logarithmic("round trip", Math.max(1, lowest), highest, Axis::shortTime))
        .line("p50", points(steps, Search.Step::p50Micros))
        .line("p99", points(steps, Search.Step::p99Micros))
        .writeTo(page);
    page.markup("</section>\n");
  }

  private static Stream<Double> micros(List<Search.Step> steps) {
    return steps.stream()
        .flatMap(step -> Stream.of(step.p50Micros(), step.p99Micros()))
        .map(Objects::requireNonNull);
  }

  private static List<Plot.Point> points(
      List<Search.Step> steps, Function<Search.Step, @Nullable Double> figure) {
    return steps.stream().map(step -> new Plot.Point(step.rate(), figure.apply(step))).toList();
  }
}
