package dev.echomesh.bus;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a run is to begin, where that is not simply at once: fields of the same request.
 *
 * @param id of the run, 16 hexadecimal digits, so that whoever asks can listen before it begins;
 *     null for one of the tester's choice
 * @param startIn when the first frame is sent, from the arrival of the request on; connections are
 *     made before. Clocks of several machines differ, so no time of day is named
 */
public record RunTerms(@Nullable String id, Duration startIn) {
  /** At once, under an id of the tester's choice. */
  public static final RunTerms NONE = new RunTerms(null, Duration.ZERO);

  /**
   * Reads them from a request.
   *
   * @throws RequestException naming the field that cannot be used
   */
  public static RunTerms fromJson(JsonObject request) {
    Fields fields = new Fields(request);
    String id = fields.text("id");
    if (id != null && !id.matches("[0-9a-f]{16}")) {
      throw RequestException.invalid("id", id, "16 hexadecimal digits");
    }
    return new RunTerms(
        id, fields.duration("startIn", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)));
  }
}
