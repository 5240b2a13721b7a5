package dev.echomesh.junit5;

import dev.echomesh.bus.CheckName;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.node.Node;
import dev.echomesh.report.CheckText;
import dev.echomesh.report.TextReport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A tester, see {@link EchoTester}. Methods wait for the report; they can be called on any thread
 * that may block, so not on an event loop, and at the same time.
 */
public final class EchoTesterHandle {
  private final Node node;

  EchoTesterHandle(Node node) {
    this.node = node;
  }

  /**
   * Runs a test, as {@code echomesh test} does.
   *
   * @return the report, whether it passed or not
   */
  public TestReport run(TestRequest request) {
    return Blocking.await(onContext(() -> node.tester().run(request, begun -> {}, progress -> {})));
  }

  /**
   * Runs a test.
   *
   * @return the report, which passed
   * @throws AssertionError with the whole report as a table if it did not
   */
  public TestReport assertPassed(TestRequest request) {
    TestReport report = run(request);
    if (!report.passed()) {
      throw new AssertionError(System.lineSeparator() + TextReport.render(report));
    }
    return report;
  }

  /**
   * Runs conformance checks, as {@code echomesh check} does.
   *
   * @return the report, whether all passed or not
   */
  public CheckReport check(CheckRequest request) {
    return Blocking.await(
        onContext(() -> node.tester().check(request, begun -> {}, progress -> {})));
  }

  /**
   * Runs conformance checks against a server.
   *
   * @param target {@code HOST:PORT}, {@code [IPv6]:PORT} or {@code HOST:SERVICE}
   * @param only which; all if none is named
   * @return the report, in which none failed
   * @throws AssertionError with the evidence if one failed
   */
  public CheckReport assertConforms(String target, CheckName... only) {
    JsonObject request = new JsonObject().put("target", target);
    if (only.length > 0) {
      request.put("only", new JsonArray(List.copyOf(Stream.of(only).map(CheckName::key).toList())));
    }
    CheckReport report = check(CheckRequest.fromJson(request));
    if (!report.passed()) {
      throw new AssertionError(System.lineSeparator() + CheckText.render(report));
    }
    return report;
  }

  void close() {
    var unused = Blocking.await(node.close());
  }

  /** The tester's client is for one event loop. */
  private <T> Future<T> onContext(Supplier<Future<T>> call) {
    Promise<T> result = Promise.promise();
    node.vertx().runOnContext(v -> call.get().onComplete(result));
    return result.future();
  }
}
