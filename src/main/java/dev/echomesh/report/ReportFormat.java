package dev.echomesh.report;

import static java.util.stream.Collectors.joining;

import dev.echomesh.bus.Outcome;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.TestReport;
import dev.echomesh.spec.InvalidValueException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the JSON form of a report that somebody else wrote. */
public final class ReportFormat {
  private static final String EXPECTED = " (expected ";
  private static final String TEXT = "a text";
  private static final String NUMBER = "a number";
  private static final String WHOLE = "a whole number";
  private static final String FLAG = "true or false";
  private static final String OBJECT = "an object";
  private static final String LIST = "a list";

  /** Fields that a report must have; what is null in a report may also be absent. */
  private static final List<Map.Entry<String, String>> REQUIRED =
      List.of(
          Map.entry("id", TEXT),
          Map.entry("startedAt", TEXT),
          Map.entry("durationSeconds", NUMBER),
          Map.entry("node", TEXT),
          Map.entry("request", OBJECT),
          Map.entry("verdict", TEXT),
          Map.entry("reasons", LIST),
          Map.entry("trust.ok", FLAG),
          Map.entry("trust.reasons", LIST),
          Map.entry("outcomes", OBJECT),
          Map.entry("connections.opened", WHOLE),
          Map.entry("connections.failed", WHOLE),
          Map.entry("connections.addresses", LIST),
          Map.entry("bytes.sent", WHOLE),
          Map.entry("bytes.received", WHOLE),
          Map.entry("series", LIST),
          Map.entry("notes", LIST),
          Map.entry("environment.version", TEXT),
          Map.entry("environment.java", TEXT),
          Map.entry("environment.transport", TEXT),
          Map.entry("environment.os", TEXT));

  private static final List<String> LATENCIES =
      List.of("resolve", "connect", "tls", "rtt", "blocked", "lag", "residence", "path");

  private ReportFormat() {}

  /**
   * The report in a text.
   *
   * @throws InvalidValueException saying what was found and what was expected
   */
  public static TestReport parse(String text) {
    JsonObject json = object(text);
    Object schema = json.getValue("schema");
    if (!TestReport.SCHEMA.equals(schema)) {
      throw wrong("schema", schema, "\"" + TestReport.SCHEMA + "\"");
    }
    REQUIRED.forEach(field -> check(json, field.getKey(), field.getValue()));
    checkMeaning(json);
    checkOutcomes(json);
    LATENCIES.forEach(name -> checkLatency(json, name));
    try {
      return TestReport.fromJson(json);
    } catch (RequestException e) {
      throw ofRequest(e);
    } catch (InvalidValueException e) {
      throw e;
    } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new InvalidValueException(
          "throughput, tcp, rfc6349, peer, series, search, or a list has a field missing or of another type",
          "all of " + TestReport.SCHEMA);
    }
  }

  private static JsonObject object(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException | ClassCastException e) {
      throw new InvalidValueException("not a JSON object", "a report as of --output json");
    }
  }

  private static void check(JsonObject json, String path, String type) {
    Object value = json;
    for (String name : path.split("\\.", -1)) {
      value = value instanceof JsonObject parent ? parent.getValue(name) : null;
    }
    boolean fits =
        switch (type) {
          case TEXT -> value instanceof String;
          case NUMBER -> value instanceof Number;
          case WHOLE -> value instanceof Integer || value instanceof Long;
          case FLAG -> value instanceof Boolean;
          case OBJECT -> value instanceof JsonObject;
          default -> value instanceof JsonArray;
        };
    if (!fits) {
      throw wrong(path, value, type);
    }
  }

  private static void checkMeaning(JsonObject json) {
    String verdict = json.getString("verdict");
    if (!verdict.equals("pass") && !verdict.equals("fail")) {
      throw wrong("verdict", verdict, "pass or fail");
    }
    try {
      Instant.parse(json.getString("startedAt"));
    } catch (DateTimeException e) {
      throw wrong("startedAt", json.getValue("startedAt"), "a time such as 2026-01-31T12:00:00Z");
    }
  }

  /** A histogram that is broken must not be found out half-way through a merge. */
  private static void checkLatency(JsonObject json, String name) {
    if (json.getValue(name) == null) {
      return;
    }
    check(json, name, OBJECT);
    check(json, name + ".count", WHOLE);
    for (String figure : List.of("min", "mean", "p50", "p90", "p99", "p999", "max")) {
      check(json, name + "." + figure + "Micros", NUMBER);
    }
    check(json, name + ".histogram", TEXT);
    long count = json.getJsonObject(name).getLong("count");
    long samples = Histograms.samples(json.getJsonObject(name).getString("histogram"));
    if (samples != count) {
      throw new InvalidValueException(
          name + ".histogram", "HdrHistogram's compressed form in Base64 of " + count + " samples");
    }
  }

  private static void checkOutcomes(JsonObject json) {
    for (String name : json.getJsonObject("outcomes").fieldNames()) {
      if (Stream.of(Outcome.values()).noneMatch(known -> known.key().equals(name))) {
        throw new InvalidValueException(
            "outcomes." + name,
            "one of " + Stream.of(Outcome.values()).map(Outcome::key).collect(joining(", ")));
      }
      check(json, "outcomes." + name, WHOLE);
    }
  }

  /** Its complaint says both what was found and what was expected. */
  private static InvalidValueException ofRequest(RequestException e) {
    String complaint = e.complaint();
    int expected = complaint.indexOf(EXPECTED);
    return expected < 0
        ? new InvalidValueException("request." + e.field(), complaint)
        : new InvalidValueException(
            "request." + e.field() + ": " + complaint.substring(0, expected),
            complaint.substring(expected + EXPECTED.length(), complaint.length() - 1));
  }

  private static InvalidValueException wrong(String path, @Nullable Object value, String expected) {
    return new InvalidValueException(
        value == null ? path + " missing" : path + ": " + value, expected);
  }
}
