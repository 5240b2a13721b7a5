package dev.echomesh.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.ConnectionsQuery;
import dev.echomesh.bus.FaultRequest;
import dev.echomesh.bus.ProbeRequest;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.report.ReportFormat;
import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** A request, or a report, is refused with a reason, or says the same in JSON again. */
public final class MessagesFuzz {
  private MessagesFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, UTF_8);
    report(text);
    JsonObject json;
    try {
      json = new JsonObject(text);
    } catch (DecodeException noJson) {
      return;
    }
    roundTrip(json, TestRequest::fromJson, TestRequest::toJson);
    roundTrip(json, CheckRequest::fromJson, CheckRequest::toJson);
    roundTrip(json, FaultRequest::fromJson, FaultRequest::toJson);
    roundTrip(json, ConnectionsQuery::fromJson, ConnectionsQuery::toJson);
    roundTrip(json, ProbeRequest::fromJson, ProbeRequest::toJson);
  }

  /** One that somebody else wrote. */
  private static void report(String text) {
    TestReport parsed;
    try {
      parsed = ReportFormat.parse(text);
    } catch (InvalidValueException refused) {
      return;
    }
    String printed = parsed.toJson().encode();
    if (!ReportFormat.parse(printed).toJson().encode().equals(printed)) {
      throw new AssertionError(printed + " is another when parsed again");
    }
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
