package dev.echomesh.web;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads requests through the gate to their operations, and answers whatever goes wrong with a
 * problem document. Event loop only.
 */
final class Site {
  /** Far more than any request needs. */
  static final int MAX_BODY_BYTES = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(Site.class);

  private final Gate gate;
  private final SlowClients slowClients;
  private final List<Operation> operations;
  private final String node;

  Site(Gate gate, SlowClients slowClients, List<Operation> operations, String node) {
    this.node = node;
    this.gate = gate;
    this.slowClients = slowClients;
    this.operations = List.copyOf(operations);
  }

  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              slowClients.requested(context.request());
              context.next();
            })
        .failureHandler(context -> failed(context, context.statusCode()));
    BodyHandler body = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
    for (Operation each : operations) {
      Route entrance = route(router, each).handler(context -> pass(context, each));
      Route room = route(router, each);
      if (each.method().equals(HttpMethod.POST)) {
        entrance.handler(Site::requireJson);
        room.handler(body);
      }
      room.handler(context -> answer(context, each));
    }
    Pages pages = new Pages(vertx);
    router
        .route()
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> page(context, pages));
    router
        .route("/eventbus/*")
        .handler(this::passToBridge)
        .subRouter(BrowserBridge.router(vertx, gate, node));
    for (int status : new int[] {400, 404, 405, 500}) {
      router.errorHandler(status, context -> failed(context, status));
    }
    return router;
  }

  private static Route route(Router router, Operation operation) {
    Route route = router.route(operation.method(), operation.route());
    return operation.method().equals(HttpMethod.GET) ? route.method(HttpMethod.HEAD) : route;
  }

  private void pass(RoutingContext context, Operation operation) {
    gate.refusal(context.request(), operation.access())
        .ifPresentOrElse(problem -> send(context, problem.toReply()), context::next);
  }

  private void page(RoutingContext context, Pages pages) {
    if (!Pages.has(context.normalizedPath())) {
      context.next();
      return;
    }
    slowClients.complete(context.request());
    gate.refusal(context.request())
        .ifPresentOrElse(
            problem -> send(context, problem.toReply()),
            () ->
                pages
                    .reply(context.normalizedPath(), context.request())
                    .onSuccess(reply -> send(context, reply))
                    .onFailure(cause -> send(context, problem(context, cause).toReply())));
  }

  /** Its connections stay, and say by their own pings that somebody is there. */
  private void passToBridge(RoutingContext context) {
    if (!context.normalizedPath().equals(BrowserBridge.PATH)) {
      // SockJS has others, of which nobody could say how much waits for a browser
      context.fail(404);
      return;
    }
    slowClients.complete(context.request());
    gate.refusal(context.request())
        .ifPresentOrElse(problem -> send(context, problem.toReply()), context::next);
  }

  /** What a page of another site can send unasked is never JSON. */
  private static void requireJson(RoutingContext context) {
    MIMEHeader type = context.parsedHeaders().contentType();
    if (new Call(context).hasBody()
        && !("application".equalsIgnoreCase(type.component())
            && "json".equalsIgnoreCase(type.subComponent()))) {
      throw new ProblemException(Problem.of(415, "Content-Type: expected application/json"));
    }
    context.next();
  }

  private void answer(RoutingContext context, Operation operation) {
    slowClients.complete(context.request());
    Call call = new Call(context);
    Future.<Void>future(
            allowed -> {
              call.allow(operation.parameters());
              allowed.complete();
            })
        .compose(allowed -> operation.action().answer(call))
        .onSuccess(reply -> send(context, reply))
        .onFailure(cause -> send(context, problem(context, cause).toReply()));
  }

  /** The context itself does not always know the status. */
  private void failed(RoutingContext context, int status) {
    Problem problem =
        switch (status) {
          // what there is and what not is nobody's business who may not read
          case 404, 405 ->
              gate.refusal(context.request(), Access.READ).orElseGet(() -> noSuch(context));
          case 413 ->
              Problem.of(413, "body: more than " + MAX_BODY_BYTES + " bytes")
                  .with("Connection", "close");
          case 400 -> Problem.of(400, "not a request that can be understood");
          default -> problem(context, context.failure());
        };
    send(context, problem.toReply());
  }

  private Problem noSuch(RoutingContext context) {
    TreeSet<String> allowed = new TreeSet<>();
    for (Operation each : operations) {
      if (context.normalizedPath().matches(each.path().replaceAll("\\{\\w+}", "[^/]+"))) {
        allowed.add(each.method().name());
        if (each.method().equals(HttpMethod.GET)) {
          allowed.add(HttpMethod.HEAD.name());
        }
      }
    }
    if (allowed.isEmpty()) {
      return Problem.of(404, "nothing is at this path; /api/v1/openapi.json lists what there is");
    }
    String methods = String.join(", ", allowed);
    return Problem.of(405, "method: expected " + methods).with("Allow", methods);
  }

  private static Problem problem(RoutingContext context, @Nullable Throwable cause) {
    if (cause instanceof ProblemException known) {
      return known.problem();
    }
    if (cause instanceof HttpException http && http.getStatusCode() < 500) {
      return Problem.of(http.getStatusCode(), "not a request that can be understood");
    }
    LOG.error("{} {} failed", context.request().method(), context.normalizedPath(), cause);
    return Problem.internal();
  }

  private static void send(RoutingContext context, Reply reply) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    SecurityHeaders.addTo(response);
    response.setStatusCode(reply.status()).putHeader(HttpHeaders.CONTENT_TYPE, reply.type());
    reply.headers().forEach(response::putHeader);
    var unused = response.end(reply.body());
  }
}
