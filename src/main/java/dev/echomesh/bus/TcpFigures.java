package dev.echomesh.bus;

import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TCP_INFO in messages, and summed up over connections. */
public final class TcpFigures {
  private TcpFigures() {}

  /**
   * Several connections as one: retransmits and congestion windows added, round trips and their
   * deviations averaged, the smallest path MTU and segment size. Null for no connection.
   */
  public static @Nullable TcpInfo sum(List<TcpInfo> connections) {
    if (connections.isEmpty()) {
      return null;
    }
    return new TcpInfo(
        connections.stream().mapToLong(TcpInfo::retransmits).sum(),
        Math.round(connections.stream().mapToLong(TcpInfo::rttMicros).average().orElse(0)),
        Math.round(connections.stream().mapToLong(TcpInfo::rttVarMicros).average().orElse(0)),
        connections.stream().mapToLong(TcpInfo::cwnd).sum(),
        connections.stream().mapToInt(TcpInfo::pmtu).min().orElse(0),
        connections.stream().mapToInt(TcpInfo::mss).min().orElse(0));
  }

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
