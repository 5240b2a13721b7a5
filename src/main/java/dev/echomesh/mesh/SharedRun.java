package dev.echomesh.mesh;

import dev.echomesh.bus.Addresses;
import dev.echomesh.bus.Failure;
import dev.echomesh.bus.Members;
import dev.echomesh.bus.NodeCall;
import dev.echomesh.bus.RequestException;
import dev.echomesh.bus.SourceResult;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.report.Merge;
import dev.echomesh.report.NamedReport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One test that several nodes run at the same time. All requests are sent at once and name the same
 * time from their arrival to the first frame, so the sources begin within the time that a message
 * takes. Event loop only.
 */
final class SharedRun {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRun.class);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final String id;
  private final String self;
  private final JsonObject request;
  private final long longestMillis;
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Promise<TestReport> report = Promise.promise();
  private long deadline = -1;

  /** One of the nodes. Either a report or a problem comes of it. */
  private final class Source {
    private final String node;
    private final String runId;
    private boolean begun;
    private @Nullable MessageConsumer<JsonObject> news;
    private @Nullable TestProgress latest;
    private @Nullable TestReport report;
    private @Nullable RequestException problem;
    private boolean ended;

    Source(String node, String runId) {
      this.node = node;
      this.runId = runId;
    }

    boolean isDone() {
      return report != null || problem != null;
    }

    /** Listens before it asks, so that nothing is missed. */
    Future<Void> listen() {
      news = vertx.eventBus().consumer(Addresses.run(runId), message -> told(message.body()));
      return news.completion();
    }

    Future<Void> ask() {
      return NodeCall.request(
              vertx, node, Addresses.TESTER_RUN, request.copy().put("id", runId), ANSWER)
          .<Void>mapEmpty()
          .onSuccess(taken -> begun = true)
          .onFailure(this::failed);
    }

    void told(JsonObject body) {
      if (TestProgress.TYPE.equals(body.getString("type"))) {
        latest = TestProgress.fromJson(body);
      } else if (body.containsKey("failure")) {
        failed(new RequestException(Failure.INTERNAL, body.getString("failure")));
      } else if (!isDone()) {
        take(body);
      }
    }

    private void take(JsonObject body) {
      try {
        report = TestReport.fromJson(body);
        done();
      } catch (RuntimeException e) {
        failed(new RequestException(Failure.INTERNAL, "its report cannot be read: " + e));
      }
    }

    void failed(Throwable cause) {
      if (!isDone()) {
        problem =
            cause instanceof RequestException refused
                ? refused
                : new RequestException(Failure.INTERNAL, String.valueOf(cause.getMessage()));
        done();
      }
    }

    Future<JsonObject> end() {
      JsonObject run = new JsonObject().put("id", runId);
      return NodeCall.request(vertx, node, Addresses.TESTER_CANCEL, run, ANSWER);
    }

    /** What was given up as gone may be running all the same. */
    boolean mayGoOn() {
      return problem != null && problem.failure() == Failure.NODE_DOWN && !ended;
    }

    void endIfGivenUp() {
      if (mayGoOn()) {
        end().onSuccess(told -> ended = true).onFailure(cause -> LOG.debug("{}", node, cause));
      }
    }

    /** What it began and does not know any more has ended by itself, its report is on the way. */
    void notCancelled(Throwable cause) {
      boolean over =
          begun
              && cause instanceof RequestException refused
              && refused.failure() == Failure.NOT_FOUND;
      if (!over) {
        failed(cause);
      }
    }

    private void done() {
      if (news != null) {
        news.unregister();
      }
      completeIfDone();
    }

    SourceResult result() {
      return report == null
          ? SourceResult.none(node, problem == null ? "" : String.valueOf(problem.getMessage()))
          : SourceResult.of(node, report);
    }
  }

  /**
   * A run that has not begun.
   *
   * @param self the node that has it run
   * @param request what each source is asked
   * @param newId of each source's own run
   * @param longestMillis after which a source without a report counts as dead
   */
  SharedRun(
      Vertx vertx,
      String id,
      String self,
      JsonObject request,
      List<String> nodes,
      Supplier<String> newId,
      long longestMillis) {
    this.vertx = vertx;
    this.id = id;
    this.self = self;
    this.request = request;
    this.longestMillis = longestMillis;
    nodes.forEach(node -> sources.put(node, new Source(node, newId.get())));
  }

  /** Completes when the sources have taken it on; fails as the first refused if none did. */
  Future<Void> begin() {
    deadline =
        vertx.setTimer(
            longestMillis,
            timer ->
                each(
                    source -> {
                      source.failed(down(source.node + " sent no report in time"));
                      source.endIfGivenUp();
                    }));
    List<Source> all = List.copyOf(sources.values());
    return Future.join(all.stream().map(Source::listen).toList())
        .compose(listening -> Future.join(all.stream().map(Source::ask).toList()))
        .<Void>mapEmpty()
        .recover(
            refused ->
                all.stream().allMatch(source -> source.problem != null)
                    ? Future.failedFuture(all.get(0).problem)
                    : Future.succeededFuture());
  }

  /** Never fails for what a target or a source does, unless no source came to a report. */
  Future<TestReport> report() {
    return report.future();
  }

  /** Ends it early on every source. */
  void cancel() {
    sources.values().forEach(Source::endIfGivenUp);
    each(source -> source.end().onFailure(source::notCancelled));
  }

  /** Whether there may be something to end at a source that was given up. */
  boolean owesAnEnd() {
    return sources.values().stream().anyMatch(Source::mayGoOn);
  }

  /** After which nothing of it goes on. */
  long longestMillis() {
    return longestMillis;
  }

  /** Gives up the sources that are gone, and ends what goes on at one that comes back. */
  void follow(Members members) {
    sources.values().stream()
        .filter(source -> members.find(source.node).isPresent())
        .forEach(Source::endIfGivenUp);
    each(
        source -> {
          if (members.find(source.node).isEmpty()) {
            source.failed(down("node " + source.node + " has left the cluster"));
          }
        });
  }

  /** How far all are together; null before the first has told. */
  @Nullable TestProgress progress() {
    List<TestProgress> told = new ArrayList<>();
    sources.values().stream()
        .map(source -> source.latest)
        .forEach(
            latest -> {
              if (latest != null) {
                told.add(latest);
              }
            });
    return told.isEmpty()
        ? null
        : new TestProgress(
            id,
            told.stream().mapToDouble(TestProgress::elapsedSeconds).max().orElse(0),
            told.stream().mapToLong(TestProgress::frames).sum(),
            told.stream().mapToDouble(TestProgress::framesPerSecond).sum(),
            told.stream().mapToLong(TestProgress::failed).sum(),
            told.stream()
                .map(TestProgress::remainingSeconds)
                .filter(Objects::nonNull)
                .max(Double::compare)
                .orElse(null),
            null, // percentiles do not add up
            null);
  }

  private void each(Consumer<Source> task) {
    List.copyOf(sources.values()).stream().filter(source -> !source.isDone()).forEach(task);
  }

  private void completeIfDone() {
    if (!sources.values().stream().allMatch(Source::isDone)) {
      return;
    }
    vertx.cancelTimer(deadline);
    List<NamedReport> reports = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    for (Source source : sources.values()) {
      if (source.report != null) {
        reports.add(new NamedReport(source.node, source.report));
      } else {
        lost.add(source.node + ": no report: " + source.result().problem());
      }
    }
    if (reports.isEmpty()) {
      report.tryFail(down(String.join("; ", lost)));
      return;
    }
    report.handle(
        Future.future(
            merged ->
                merged.complete(
                    Merge.of(reports)
                        .ofSources(
                            id,
                            self,
                            sources.values().stream().map(Source::result).toList(),
                            lost))));
  }

  private static RequestException down(String why) {
    return new RequestException(Failure.NODE_DOWN, why);
  }
}
