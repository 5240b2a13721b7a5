package dev.echomesh.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** Has tests and checks run by the tester on the event bus. Use it on one event loop. */
public final class TestClient {
  /** Of a search: more than it takes from 1 to 10 million in doublings, and five halvings. */
  private static final int MOST_STEPS = 32;

  /** Of a name, which are tried one after the other; more are rare. */
  private static final int MOST_ADDRESSES = 16;

  private final Vertx vertx;

  public TestClient(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Runs a test.
   *
   * @param begun told the run's id, with which {@link #cancel} can end it early
   * @param progress told how far it is about once a second
   * @return the report; fails with {@link RequestException} if the request is refused
   */
  public Future<TestReport> run(
      TestRequest request, Consumer<String> begun, Consumer<TestProgress> progress) {
    return new RunCall<>(
            vertx,
            TestReport::fromJson,
            begun,
            news -> progress.accept(TestProgress.fromJson(news)))
        .make(Addresses.TESTER_RUN, request.toJson(), longestMillis(request));
  }

  /**
   * Runs checks.
   *
   * @param begun told the run's id, with which {@link #cancel} can end it early
   * @param progress told as each check begins
   * @return the report; fails with {@link RequestException} if the request is refused
   */
  public Future<CheckReport> check(
      CheckRequest request, Consumer<String> begun, Consumer<CheckProgress> progress) {
    return new RunCall<>(
            vertx,
            CheckReport::fromJson,
            begun,
            news -> progress.accept(CheckProgress.fromJson(news)))
        .make(Addresses.TESTER_CHECK, request.toJson(), longest(request));
  }

  /** Ends a run early; its report follows. */
  public Future<Void> cancel(String id) {
    return vertx
        .eventBus()
        .request(Addresses.TESTER_CANCEL, new JsonObject().put("id", id))
        .recover(cause -> Future.failedFuture(RunCall.refusal(cause)))
        .mapEmpty();
  }

  /** More milliseconds than any run takes, so that a tester that died is noticed. */
  public static long longestMillis(TestRequest request) {
    int runs = request.mode() == TestMode.FIND_MAX ? MOST_STEPS : 1;
    return request
        .warmup()
        .plus(request.duration())
        .plus(
            request.timeout().multipliedBy(3L + MOST_ADDRESSES * (1 + request.connections() / 64L)))
        .multipliedBy(runs)
        .plusSeconds(30)
        .toMillis();
  }

  private static long longest(CheckRequest request) {
    return request.deadline().multipliedBy(request.checks().size()).plusSeconds(30).toMillis();
  }
}
