package dev.echomesh.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.FaultRequest;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** A request is refused with a reason, or says the same in JSON again. */
public final class MessagesFuzz {
  private MessagesFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    JsonObject json;
    try {
      json = new JsonObject(new String(input, UTF_8));
    } catch (DecodeException noJson) {
      return;
    }
    roundTrip(json, TestRequest::fromJson, TestRequest::toJson);
    roundTrip(json, CheckRequest::fromJson, CheckRequest::toJson);
    roundTrip(json, FaultRequest::fromJson, FaultRequest::toJson);
    roundTrip(json, ConnectionsQuery::fromJson, ConnectionsQuery::toJson);
  }

  private static <T> void roundTrip(
      JsonObject json, Function<JsonObject, T> parse, Function<T, JsonObject> print) {
    T parsed;
    try {
      parsed = parse.apply(json.copy());
    } catch (RequestException refused) {
      return;
    }
    JsonObject printed = new JsonObject(print.apply(parsed).encode());
    if (!parse.apply(printed).equals(parsed)) {
      throw new AssertionError(parsed + " is another when parsed again");
    }
  }
}
