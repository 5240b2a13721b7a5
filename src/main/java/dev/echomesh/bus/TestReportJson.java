package dev.echomesh.bus;

import dev.echomesh.bus.TestReport.Bytes;
import dev.echomesh.bus.TestReport.Connections;
import dev.echomesh.bus.TestReport.Environment;
import dev.echomesh.bus.TestReport.Peer;
import dev.echomesh.bus.TestReport.Throughput;
import dev.echomesh.bus.TestReport.Trust;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** The JSON form of a {@link TestReport}: version {@value TestReport#SCHEMA}. */
final class TestReportJson {
  private TestReportJson() {}

  static JsonObject write(TestReport report) {
    return new JsonObject()
        .put("schema", TestReport.SCHEMA)
        .put("id", report.id())
        .put("startedAt", report.startedAt().toString())
        .put("durationSeconds", report.durationSeconds())
        .put("node", report.node())
        .put("target", ReportTarget.toJson(report.request().target()))
        .put("request", report.request().toJson())
        .put("verdict", report.passed() ? "pass" : "fail")
        .put("reasons", new JsonArray(report.reasons()))
        .put("trust", report.trust().toJson())
        .put("outcomes", report.outcomes().toJson())
        .put("connections", report.connections().toJson())
        .put("bytes", report.bytes().toJson())
        .put("resolve", Latency.toJson(report.resolve()))
        .put("connect", Latency.toJson(report.connect()))
        .put("tls", Latency.toJson(report.tls()))
        .put("rtt", Latency.toJson(report.rtt()))
        .put("blocked", Latency.toJson(report.blocked()))
        .put("lag", Latency.toJson(report.lag()))
        .put("residence", Latency.toJson(report.residence()))
        .put("path", Latency.toJson(report.path()))
        .put("throughput", Throughput.toJson(report.throughput()))
        .put("tcp", TcpFigures.toJson(report.tcp()))
        .put("rfc6349", Rfc6349.toJson(report.rfc6349()))
        .put("peer", Peer.toJson(report.peer()))
        .put("series", new JsonArray(report.series().stream().map(SeriesPoint::toJson).toList()))
        .put("search", Search.toJson(report.search()))
        .put("sources", new JsonArray(report.sources().stream().map(SourceResult::toJson).toList()))
        .put("notes", new JsonArray(report.notes()))
        .put("environment", report.environment().toJson());
  }

  static TestReport read(JsonObject json) {
    return new TestReport(
        json.getString("id"),
        Instant.parse(json.getString("startedAt")),
        json.getDouble("durationSeconds"),
        json.getString("node"),
        ReportTarget.found(
            TestRequest.fromJson(json.getJsonObject("request")), json.getJsonObject("target")),
        "pass".equals(json.getString("verdict")),
        strings(json.getJsonArray("reasons")),
        Trust.fromJson(json.getJsonObject("trust")),
        Outcomes.fromJson(json.getJsonObject("outcomes")),
        Connections.fromJson(json.getJsonObject("connections")),
        Bytes.fromJson(json.getJsonObject("bytes")),
        Latency.fromJson(json.getJsonObject("resolve")),
        Latency.fromJson(json.getJsonObject("connect")),
        Latency.fromJson(json.getJsonObject("tls")),
        Latency.fromJson(json.getJsonObject("rtt")),
        Latency.fromJson(json.getJsonObject("blocked")),
        Latency.fromJson(json.getJsonObject("lag")),
        Latency.fromJson(json.getJsonObject("residence")),
        Latency.fromJson(json.getJsonObject("path")),
        Throughput.fromJson(json.getJsonObject("throughput")),
        TcpFigures.fromJson(json.getJsonObject("tcp")),
        Rfc6349.fromJson(json.getJsonObject("rfc6349")),
        Peer.fromJson(json.getJsonObject("peer")),
        json.getJsonArray("series").stream()
            .map(point -> SeriesPoint.fromJson((JsonObject) point))
            .toList(),
        Search.fromJson(json.getJsonObject("search")),
        json.getJsonArray("sources", new JsonArray()).stream()
            .map(source -> SourceResult.fromJson((JsonObject) source))
            .toList(),
        strings(json.getJsonArray("notes")),
        Environment.fromJson(json.getJsonObject("environment")));
  }

  static List<String> strings(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }
}
