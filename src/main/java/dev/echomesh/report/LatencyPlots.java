package dev.echomesh.report;

import dev.echomesh.bus.Latency;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/** Plots of whole histograms. */
final class LatencyPlots {
  private static final int MAX_BARS = 48;
  private static final int STEPS_PER_HALF_DISTANCE = 5;

  /** Above this ratio of highest to lowest a linear axis would flatten everything but the tail. */
  private static final double WIDE = 50;

  private LatencyPlots() {}

  /** A curve per latency over one percentile axis; one that is null has its colour, no curve. */
  static void percentiles(Html page, String title, Map<String, @Nullable Latency> latencies) {
    Map<String, Histogram> histograms = new LinkedHashMap<>();
    latencies.forEach(
        (name, latency) -> {
          if (latency != null) {
            histograms.put(name, latency.toHistogram());
          }
        });
    if (histograms.isEmpty()) {
      return;
    }
    long count = histograms.values().stream().mapToLong(Histogram::getTotalCount).max().orElse(1);
    double max = histograms.values().stream().mapToLong(Histogram::getMaxValue).max().orElse(1);
    double min = histograms.values().stream().mapToLong(Histogram::getMinValue).min().orElse(1);
    min = Math.max(1, min);
    Plot plot =
        new Plot(
            title,
            Axis.percentiles(count),
            max / min > WIDE
                ? Axis.logarithmic("latency", min, max, Axis::shortTime)
                : Axis.linear("latency", max, Axis::shortTime));
    for (String name : latencies.keySet()) {
      Histogram histogram = histograms.get(name);
      plot.line(name, histogram == null ? List.of() : curve(histogram));
    }
    plot.writeTo(page);
  }

  /** How many frames took how long, over bars of the same ratio. */
  static void histogram(Html page, String title, Latency latency) {
    Histogram histogram = latency.toHistogram();
    double low = Math.max(0.5, histogram.getMinValue() - 0.5);
    double high = Math.max(low + 1, histogram.getMaxValue() + 0.5);
    int bars = (int) Math.max(1, Math.min(MAX_BARS, Math.round(high - low)));
    double ratio = Math.pow(high / low, 1.0 / bars);
    double[] frames = spread(histogram, low, ratio, bars);
    double highest = java.util.Arrays.stream(frames).max().orElse(1);
    Plot plot =
        new Plot(
            title,
            Axis.logarithmic("round trip", low, high, Axis::shortTime),
            Axis.linear("frames", highest, Axis::shortNumber));
    for (int i = 0; i < bars; i++) {
      double from = low * Math.pow(ratio, i);
      plot.bar(
          from,
          from * ratio,
          frames[i],
          "%s to %s: about %s"
              .formatted(
                  Units.micros(from),
                  Units.micros(from * ratio),
                  Units.count(Math.max(1, Math.round(frames[i])), "frame")));
    }
    plot.writeTo(page);
  }

  private static List<Plot.Point> curve(Histogram histogram) {
    List<Plot.Point> points = new ArrayList<>();
    double count = histogram.getTotalCount();
    points.add(new Plot.Point(1, (double) histogram.getMinValue()));
    for (HistogramIterationValue value : histogram.percentiles(STEPS_PER_HALF_DISTANCE)) {
      double rest = 1 - value.getPercentileLevelIteratedTo() / 100;
      points.add(
          new Plot.Point(rest * count < 1 ? count : 1 / rest, (double) value.getValueIteratedTo()));
    }
    return points;
  }

  /** A value stands for all that were rounded to it, so its frames can fall into several bars. */
  private static double[] spread(Histogram histogram, double low, double ratio, int bars) {
    double[] frames = new double[bars];
    for (HistogramIterationValue value : histogram.recordedValues()) {
      long at = value.getValueIteratedTo();
      double from = Math.max(low, histogram.lowestEquivalentValue(at) - 0.5);
      double to = Math.max(from + 1e-9, histogram.highestEquivalentValue(at) + 0.5);
      double perMicro = value.getCountAtValueIteratedTo() / (to - from);
      int bar = bar(from, low, ratio, bars);
      while (from < to) {
        double end = bar == bars - 1 ? to : Math.min(to, low * Math.pow(ratio, bar + 1));
        frames[bar] += perMicro * Math.max(0, end - from);
        from = Math.max(from, end);
        bar = Math.min(bars - 1, bar + 1);
      }
    }
    return frames;
  }

  private static int bar(double value, double low, double ratio, int bars) {
    int bar = (int) (Math.log(value / low) / Math.log(ratio));
    return Math.max(0, Math.min(bars - 1, bar));
  }
}
