package dev.echomesh.bus;

import dev.echomesh.spec.TcpInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a path came to.
 *
 * <p>The frames that were sent end in exactly one outcome each, and a connection that could not be
 * used in one of its own. A connection that ends takes the frames that were still to be sent with
 * it: they are not counted. A frame that turns out to have come twice after its sample was told
 * counts as {@link Outcome#DUPLICATED} in the next one, in place of an {@link Outcome#OK}.
 *
 * @param connectMicros what the TCP handshake took, retries of its SYN included; null if no
 *     connection was made
 * @param tlsMicros what the TLS handshake after it took; null if there was none
 * @param rttMicros of each frame that was ok, in the order in which they were sent
 * @param tcp of this machine's kernel, with the retransmits since the last sample, those of the SYN
 *     included; null if there was no connection or the kernel cannot be asked
 * @param problem what went wrong first, in plain words; null if nothing did
 */
public record ProbeSample(
    Outcomes outcomes,
    @Nullable Long connectMicros,
    @Nullable Long tlsMicros,
    List<Long> rttMicros,
    @Nullable TcpInfo tcp,
    @Nullable String problem) {
  public ProbeSample {
    rttMicros = List.copyOf(rttMicros);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("outcomes", outcomes.toJson())
        .put("connectMicros", connectMicros)
        .put("tlsMicros", tlsMicros)
        .put("rttMicros", new JsonArray(rttMicros))
        .put("tcp", TcpFigures.toJson(tcp))
        .put("problem", problem);
  }

  public static ProbeSample fromJson(JsonObject json) {
    return new ProbeSample(
        Outcomes.fromJson(json.getJsonObject("outcomes")),
        json.getLong("connectMicros"),
        json.getLong("tlsMicros"),
        json.getJsonArray("rttMicros").stream()
            .map(micros -> ((Number) micros).longValue())
            .toList(),
        TcpFigures.fromJson(json.getJsonObject("tcp")),
        json.getString("problem"));
  }
}
