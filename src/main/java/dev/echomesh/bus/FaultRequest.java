package dev.echomesh.bus;

import dev.echomesh.spec.Faults;
import dev.echomesh.spec.InvalidFieldException;
import io.vertx.core.json.JsonObject;

/**
 * Switches how an endpoint misbehaves towards new connections; those that are open stay as they
 * are.
 *
 * @param endpoint its name
 * @param faults {@link Faults#NONE} to heal it
 */
public record FaultRequest(String endpoint, Faults faults) {
  public JsonObject toJson() {
    return new JsonObject().put("endpoint", endpoint).put("faults", new JsonObject(faults.toMap()));
  }

  /**
   * Reads a request; absent faults are none.
   *
   * @throws RequestException naming the field that cannot be used
   */
  public static FaultRequest fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    String endpoint = fields.text("endpoint");
    if (endpoint == null) {
      throw RequestException.invalid("endpoint", "missing (expected the name of an endpoint)");
    }
    Fields unread = fields.object("faults");
    try {
      return new FaultRequest(
          endpoint,
          unread == null ? Faults.NONE : Faults.of(json.getJsonObject("faults").getMap()));
    } catch (InvalidFieldException e) {
      throw RequestException.invalid("faults." + e.field(), e.value(), e.expected());
    }
  }
}
