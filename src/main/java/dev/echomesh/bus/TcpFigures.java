package dev.echomesh.bus;

import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** TCP_INFO in messages. */
final class TcpFigures {
  private TcpFigures() {}

  static @Nullable JsonObject toJson(@Nullable TcpInfo info) {
    return info == null
        ? null
        : new JsonObject()
            .put("retransmits", info.retransmits())
            .put("rttMicros", info.rttMicros())
            .put("rttVarMicros", info.rttVarMicros())
            .put("cwnd", info.cwnd())
            .put("pmtu", info.pmtu())
            .put("mss", info.mss());
  }

  static @Nullable TcpInfo fromJson(@Nullable JsonObject json) {
    return json == null
        ? null
        : new TcpInfo(
            json.getLong("retransmits"),
            json.getLong("rttMicros"),
            json.getLong("rttVarMicros"),
            json.getLong("cwnd"),
            json.getInteger("pmtu"),
            json.getInteger("mss"));
  }
}
