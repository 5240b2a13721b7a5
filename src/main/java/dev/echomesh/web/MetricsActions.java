package dev.echomesh.web;

import dev.echomesh.metrics.NodeMetrics;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Meters, as Prometheus reads them. */
final class MetricsActions {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final @Nullable NodeMetrics metrics;

  MetricsActions(@Nullable NodeMetrics metrics) {
    this.metrics = metrics;
  }

  List<Operation> operations() {
    return List.of(Operation.get("/metrics", call -> scrape()));
  }

  private Future<Reply> scrape() {
    if (metrics == null) {
      throw new ProblemException(
          Problem.of(404, "this node counts into no meters (metrics.enabled is false)"));
    }
    return metrics.scrape().map(text -> new Reply(200, TYPE, Buffer.buffer(text), Map.of()));
  }
}
