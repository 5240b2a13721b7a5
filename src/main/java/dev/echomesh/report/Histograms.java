package dev.echomesh.report;

import dev.echomesh.bus.Latency;

/** Histograms as they stand in a file. */
final class Histograms {
  private Histograms() {}

  /** How many samples one holds; -1 if it cannot be decoded, for which there are many ways. */
  static long samples(String encoded) {
    try {
      return new Latency(0, 0, 0, 0, 0, 0, 0, 0, encoded).toHistogram().getTotalCount();
    } catch (RuntimeException e) {
      return -1;
    }
  }
}
