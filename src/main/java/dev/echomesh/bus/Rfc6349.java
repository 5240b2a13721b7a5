package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The figures of RFC 6349 §4 ("Framework for TCP Throughput Testing") of a run.
 *
 * @param transferTimeRatio how many times longer the transfer took than it would have at the
 *     bandwidth that the request says the path has; null without one
 * @param tcpEfficiencyPercent bytes that were sent once, of all bytes sent, 0 to 100; an estimate,
 *     because the kernel counts segments sent again, not their bytes
 * @param bufferDelayPercent by how much the kernel's smoothed round trip was longer during the
 *     transfer than at its shortest; null where it could not be asked meanwhile, and where the
 *     shortest is so short, as on loopback, that a part of it says nothing of the path
 * @param baselineRttMicros the shortest of it, null where it could not be asked
 * @param averageRttMicros its mean during the transfer, null where it could not be asked
 */
public record Rfc6349(
    @Nullable Double transferTimeRatio,
    double tcpEfficiencyPercent,
    @Nullable Double bufferDelayPercent,
    @Nullable Double baselineRttMicros,
    @Nullable Double averageRttMicros) {

  static @Nullable JsonObject toJson(@Nullable Rfc6349 figures) {
    return figures == null
        ? null
        : new JsonObject()
            .put("transferTimeRatio", figures.transferTimeRatio)
            .put("tcpEfficiencyPercent", figures.tcpEfficiencyPercent)
            .put("bufferDelayPercent", figures.bufferDelayPercent)
            .put("baselineRttMicros", figures.baselineRttMicros)
            .put("averageRttMicros", figures.averageRttMicros);
  }

  static @Nullable Rfc6349 fromJson(@Nullable JsonObject json) {
    return json == null
        ? null
        : new Rfc6349(
            json.getDouble("transferTimeRatio"),
            json.getDouble("tcpEfficiencyPercent"),
            json.getDouble("bufferDelayPercent"),
            json.getDouble("baselineRttMicros"),
            json.getDouble("averageRttMicros"));
  }
}
