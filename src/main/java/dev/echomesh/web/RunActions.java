package dev.echomesh.web;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.TestReport;
import dev.echomesh.report.HtmlReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tests and checks: started, followed, ended early, and their reports. */
final class RunActions {
  private static final String TESTS = "/api/v1/tests";
  private static final String HTML = "text/html";

  /** The report brings its style with it, and nothing else. */
  private static final String REPORT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private static final Problem NO_MESH =
      Problem.of(409, "from", "from: this node has no mesh (mesh.enabled is false)");

  private final Vertx vertx;
  private final Bus bus;
  private final Runs runs;

  RunActions(Vertx vertx, Bus bus, Runs runs) {
    this.vertx = vertx;
    this.bus = bus;
    this.runs = runs;
  }

  List<Operation> operations() {
    return List.of(
        Operation.command(HttpMethod.POST, TESTS, this::test),
        Operation.command(
            HttpMethod.POST,
            "/api/v1/checks",
            call -> start("check", Addresses.TESTER_CHECK, call.object())),
        Operation.get(TESTS, this::list, "limit", "after"),
        Operation.get(TESTS + "/{id}", this::one),
        Operation.command(HttpMethod.DELETE, TESTS + "/{id}", this::cancel));
  }

  private Future<Reply> test(Call call) {
    JsonObject request = call.object();
    boolean distributed = request.getValue("from") != null;
    return start("test", distributed ? Addresses.MESH_RUN : Addresses.TESTER_RUN, request);
  }

  private Future<Reply> start(String kind, String address, JsonObject request) {
    return bus.ask(address, request, NO_MESH)
        .map(
            reply -> {
              String id = reply.getString("id");
              runs.follow(id, kind, request);
              return Reply.json(202, new JsonObject().put("id", id))
                  .with("Location", TESTS + "/" + id);
            });
  }

  private Future<Reply> list(Call call) {
    int limit = call.number("limit", 50, 1, 500);
    return Future.succeededFuture(Reply.json(runs.page(limit, call.one("after"))));
  }

  private Future<Reply> one(Call call) {
    JsonObject ended = runs.ended(call.path("id"));
    JsonObject known = ended == null ? runs.running(call.path("id")) : ended;
    if (known == null) {
      throw new ProblemException(Problem.of(404, "no run " + call.path("id") + " is known"));
    }
    return call.prefers(HTML, Reply.JSON) ? page(ended) : Future.succeededFuture(Reply.json(known));
  }

  private Future<Reply> page(@Nullable JsonObject report) {
    if (report == null) {
      throw new ProblemException(Problem.of(409, "the run is under way, its report will follow"));
    }
    if (!Runs.isReport(report)) {
      throw new ProblemException(
          Problem.of(409, "the run ended without a report: " + report.getString("failure")));
    }
    if (!TestReport.SCHEMA.equals(report.getString("schema"))) {
      throw new ProblemException(Problem.of(406, "a report of checks has no page, only JSON"));
    }
    return vertx
        .executeBlocking(() -> HtmlReport.render(TestReport.fromJson(report)))
        .map(
            html ->
                new Reply(
                    200,
                    HTML + "; charset=utf-8",
                    Buffer.buffer(html),
                    Map.of("Content-Security-Policy", REPORT_POLICY)));
  }

  private Future<Reply> cancel(Call call) {
    String id = call.path("id");
    if (runs.ended(id) != null) {
      throw new ProblemException(Problem.of(409, "the run has ended"));
    }
    String address = runs.isOfSeveral(id) ? Addresses.MESH_CANCEL : Addresses.TESTER_CANCEL;
    return bus.ask(address, new JsonObject().put("id", id))
        .map(reply -> Reply.json(202, new JsonObject().put("id", id)));
  }
}
