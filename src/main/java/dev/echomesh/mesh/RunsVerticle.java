package dev.echomesh.mesh;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.EndpointInfo;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Located;
import dev.echomesh.bus.Member;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.NodeCall;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.Requests;
import dev.echomesh.bus.RunFailure;
import dev.echomesh.bus.RunNews;
import dev.echomesh.bus.RunTerms;
import dev.echomesh.bus.TestClient;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.spec.Durations;
import dev.echomesh.spec.NodeTarget;
import dev.echomesh.spec.Target;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds endpoints of other nodes, and has tests run from several nodes. */
public final class RunsVerticle extends VerticleBase {
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** From the arrival of the request to the first frame: time to make connections. */
  private static final Duration START_IN = Duration.ofSeconds(1);

  private static final long PROGRESS_MILLIS = 1000;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, SharedRun> runs = new HashMap<>();

  /** Ended ones, of which a source that is gone may go on. */
  private final Set<SharedRun> remains = new HashSet<>();

  private RunNews news;

  @Override
  public Future<?> start() {
    news = new RunNews(vertx);
    Requests.serve(vertx, Addresses.MESH_RESOLVE, this::resolve);
    Requests.serve(vertx, Addresses.MESH_RUN, this::run);
    Requests.serve(vertx, Addresses.MESH_CANCEL, this::cancel);
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            Addresses.MESH_MEMBERS_CHANGES,
            changed -> {
              Members members = Members.fromJson(changed.body());
              // a run that ends by it leaves the map
              List.copyOf(runs.values()).forEach(run -> run.follow(members));
              remains.forEach(run -> run.follow(members));
              remains.removeIf(run -> !run.owesAnEnd());
            });
    vertx.setPeriodic(PROGRESS_MILLIS, timer -> tellProgress());
    return Future.succeededFuture();
  }

  private void tellProgress() {
    if (!runs.isEmpty()) {
      runs.forEach(this::tell);
    }
  }

  private Future<JsonObject> resolve(JsonObject request) {
    if (!(Target.parse(request.getString("target", "")) instanceof NodeTarget target)) {
      throw RequestException.invalid("target", request.getString("target"), "@NODE/ENDPOINT");
    }
    return members("target", target)
        .compose(
            members -> {
              Member member = EndpointFinder.member(target, members);
              return target.endpoint().equals(NodeTarget.MESH)
                  ? Future.succeededFuture(EndpointFinder.mesh(member, members))
                  : endpoint(target, member, members);
            })
        .map(Located::toJson);
  }

  private Future<Located> endpoint(NodeTarget target, Member member, Members members) {
    return NodeCall.request(vertx, member.name(), Addresses.ECHO_ENDPOINTS, null, ANSWER)
        .map(
            reply ->
                EndpointFinder.endpoint(
                    target,
                    member,
                    members,
                    reply.getJsonArray("endpoints").stream()
                        .map(json -> EndpointInfo.fromJson((JsonObject) json))
                        .toList()));
  }

  private Future<JsonObject> run(JsonObject body) {
    TestRequest request = TestRequest.fromJson(body);
    RunTerms terms = RunTerms.fromJson(body);
    String id = terms.id() == null ? newId() : terms.id();
    Duration startIn = body.getValue("startIn") == null ? START_IN : terms.startIn();
    return members("from", body.getValue("from"))
        .compose(
            members -> {
              SharedRun run =
                  new SharedRun(
                      vertx,
                      id,
                      members.self(),
                      request.toJson().put("startIn", Durations.print(startIn)),
                      Sources.of(body, request.target(), members),
                      this::newId,
                      TestClient.longestMillis(request) + startIn.toMillis());
              runs.put(id, run);
              return run.begin()
                  .onFailure(refused -> over(id, run))
                  .onSuccess(begun -> follow(id, body, run));
            })
        .map(begun -> new JsonObject().put("id", id));
  }

  private void follow(String id, JsonObject request, SharedRun run) {
    run.report()
        .onComplete(ended -> over(id, run))
        .onSuccess(report -> news.ended(id, report.toJson()))
        .onFailure(
            cause ->
                news.failed(
                    new RunFailure(
                        id, RunFailure.TEST, request, String.valueOf(cause.getMessage()))));
  }

  private void over(String id, SharedRun run) {
    runs.remove(id);
    if (run.owesAnEnd()) {
      remains.add(run);
      vertx.setTimer(run.longestMillis(), timer -> remains.remove(run));
    }
  }

  private void tell(String id, SharedRun run) {
    TestProgress progress = run.progress();
    if (progress != null) {
      news.progress(id, progress.toJson());
    }
  }

  private Future<JsonObject> cancel(JsonObject request) {
    SharedRun run = runs.get(String.valueOf(request.getValue("id")));
    if (run == null) {
      throw new RequestException(
          Failure.NOT_FOUND, "id: " + request.getValue("id") + " (expected a run under way)");
    }
    run.cancel();
    return Future.succeededFuture(request);
  }

  private Future<Members> members(String field, Object value) {
    return vertx
        .eventBus()
        .<JsonObject>request(Addresses.MESH_MEMBERS, null, HERE)
        .map(reply -> Members.fromJson(reply.body()))
        .recover(
            nobody ->
                Future.failedFuture(
                    RequestException.invalid(field, value + ": this node is not in a mesh")));
  }

  private String newId() {
    return "%016x".formatted(random.nextLong());
  }
}
