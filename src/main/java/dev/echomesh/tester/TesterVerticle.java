package dev.echomesh.tester;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.ProbeRequest;
import dev.echomesh.bus.ProbeSample;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.Requests;
import dev.echomesh.bus.RunFailure;
import dev.echomesh.bus.RunNews;
import dev.echomesh.bus.RunTerms;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.TesterConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Takes test requests from the event bus and publishes their progress and reports. */
public final class TesterVerticle extends VerticleBase {
  private static final long EXPIRY_MILLIS = 30_000;

  private final TesterConfig config;
  private final String node;
  private final String transport;
  private final int eventLoops;
  private final List<ProbeLoop> loops = new CopyOnWriteArrayList<>();
  private Tester tester;
  private RunNews runs;
  private boolean ended;

  /**
   * A tester.
   *
   * @param node name in its reports
   * @param transport the one in use, for the reports
   * @param eventLoops that connections are spread over, 1 or more
   */
  public TesterVerticle(TesterConfig config, String node, String transport, int eventLoops) {
    this.config = config;
    this.node = node;
    this.transport = transport;
    this.eventLoops = eventLoops;
  }

  @Override
  public Future<?> start() {
    runs = new RunNews(vertx);
    tester = new Tester(vertx, config, loops, new Reports(node, transport));
    vertx
        .eventBus()
        .<Object>localConsumer(
            Addresses.TESTER_RUN,
            message ->
                begin(
                    message,
                    RunFailure.TEST,
                    body -> {
                      TestRequest request = TestRequest.fromJson(body);
                      return tester.begin(
                          request,
                          RunTerms.fromJson(body),
                          news -> runs.progress(news.id(), news.toJson()));
                    },
                    TestReport::toJson));
    vertx
        .eventBus()
        .<Object>localConsumer(
            Addresses.TESTER_CHECK,
            message ->
                begin(
                    message,
                    RunFailure.CHECK,
                    body -> {
                      CheckRequest request = CheckRequest.fromJson(body);
                      return tester.begin(request, news -> runs.progress(news.id(), news.toJson()));
                    },
                    CheckReport::toJson));
    Requests.serve(vertx, Addresses.TESTER_CANCEL, this::cancel);
    Requests.serve(vertx, Addresses.TESTER_PROBE, request -> probe(ProbeRequest.fromJson(request)));
    vertx.setPeriodic(EXPIRY_MILLIS, timer -> tester.prober().expire(System.nanoTime()));
    return vertx.deployVerticle(
        () -> {
          ProbeLoop loop = new ProbeLoop();
          loops.add(loop);
          return loop;
        },
        new DeploymentOptions().setInstances(eventLoops));
  }

  /** Whoever waits for a report is told that there will be none. */
  @Override
  public Future<?> stop() {
    giveUpRuns();
    return Future.succeededFuture();
  }

  /**
   * Tells those who wait for a report that none comes, before the end of this node's other parts
   * makes one that blames the target. Any thread.
   */
  public Future<Void> end() {
    Promise<Void> told = Promise.promise();
    try {
      context.runOnContext(
          v -> {
            giveUpRuns();
            told.complete();
          });
    } catch (RejectedExecutionException vertxHasEnded) {
      told.complete();
    }
    return told.future();
  }

  private void giveUpRuns() {
    if (!ended) {
      ended = true;
      tester.underWay().forEach(id -> runs.noReport(id, "the node has ended"));
    }
  }

  /**
   * Goes once through everything that a test does, against a throw-away echo on loopback, so that a
   * first test does not measure how long Java takes to load and compile the tester; once in the
   * life of a process. Never fails.
   *
   * @param tls whether the test will use TLS
   */
  public Future<Void> rehearse(boolean tls) {
    return new Rehearsal(vertx, loops).run(tls);
  }

  /** Follows a changed configuration with the next request. Any thread. */
  public void follow(TesterConfig changed) {
    context.runOnContext(v -> tester.config(changed));
  }

  private <R> void begin(
      Message<Object> message,
      String kind,
      Function<JsonObject, Future<Tester.Started<R>>> begin,
      Function<R, JsonObject> toJson) {
    Requests.body(message)
        .compose(begin)
        .onSuccess(
            started -> {
              message.reply(new JsonObject().put("id", started.id()));
              started
                  .report()
                  .map(toJson)
                  .onSuccess(report -> runs.ended(started.id(), report))
                  .onFailure(
                      cause ->
                          runs.failed(
                              started.id(), kind, RequestException.object(message.body()), cause));
            })
        .onFailure(cause -> Requests.refuse(message, cause));
  }

  /** What is no run of this tester may be one that was started from here on several nodes. */
  private Future<JsonObject> cancel(JsonObject request) {
    try {
      tester.cancel(String.valueOf(request.getValue("id")));
      return Future.succeededFuture(request);
    } catch (RequestException unknown) {
      return vertx
          .eventBus()
          .<JsonObject>request(
              Addresses.MESH_CANCEL, request, new DeliveryOptions().setLocalOnly(true))
          .map(request)
          .recover(nobody -> Future.failedFuture(unknown));
    }
  }

  private Future<JsonObject> probe(ProbeRequest request) {
    Prober prober = tester.prober();
    if (request instanceof ProbeRequest.Open open) {
      return prober.open(open, System.nanoTime()).map(id -> new JsonObject().put("probe", id));
    }
    return request instanceof ProbeRequest.Sample sample
        ? prober.sample(sample, System.nanoTime()).map(ProbeSample::toJson)
        : prober.close((ProbeRequest.Close) request).map(closed -> request.toJson());
  }
}
