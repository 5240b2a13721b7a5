package dev.echomesh.node;

import dev.echomesh.bus.CheckProgress;
import dev.echomesh.bus.CheckReport;
import dev.echomesh.bus.CheckRequest;
import dev.echomesh.bus.TestClient;
import dev.echomesh.bus.TestProgress;
import dev.echomesh.bus.TestReport;
import dev.echomesh.bus.TestRequest;
import dev.echomesh.config.TesterConfig;
import dev.echomesh.config.Transport;
import dev.echomesh.spec.AllowList;
import dev.echomesh.tester.TesterVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tester on an event bus of its own, without an echo side, for one command. It tests whatever its
 * user names. Any thread.
 */
public final class LocalTester implements AutoCloseable {
  private static final TesterConfig NO_LIMITS =
      new TesterConfig(
          AllowList.everything(),
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Duration.ofDays(3650),
          Long.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  private final Vertx vertx;
  private final TesterVerticle tester;
  private final TestClient client;
  private volatile @Nullable String id;
  private volatile boolean cancelled;

  private LocalTester(Vertx vertx, TesterVerticle tester) {
    this.vertx = vertx;
    this.tester = tester;
    this.client = new TestClient(vertx);
  }

  /** Needs no configuration; takes the best transport. */
  public static LocalTester start() {
    io.vertx.core.transport.Transport transport = Transports.choose(Transport.AUTO);
    Vertx vertx = VertxFactory.create(transport, null);
    int loops = Runtime.getRuntime().availableProcessors();
    return new LocalTester(vertx, new TesterVerticle(NO_LIMITS, "", transport.name(), loops));
  }

  /** Its event bus, where somebody may answer for the echo side. */
  public Vertx vertx() {
    return vertx;
  }

  /**
   * Runs a test.
   *
   * @param progress told about once a second
   */
  public Future<TestReport> run(TestRequest request, Consumer<TestProgress> progress) {
    return vertx
        .deployVerticle(tester)
        .compose(deployed -> tester.rehearse(request.tls() != null))
        .compose(rehearsed -> client.run(request, this::begun, progress));
  }

  /**
   * Runs checks.
   *
   * @param progress told as each check begins
   */
  public Future<CheckReport> check(CheckRequest request, Consumer<CheckProgress> progress) {
    return vertx
        .deployVerticle(tester)
        .compose(deployed -> tester.rehearse(request.tls() != null))
        .compose(rehearsed -> client.check(request, this::begun, progress));
  }

  /** Ends the run early; its report follows. */
  public void cancel() {
    cancelled = true;
    String begun = id;
    if (begun != null) {
      client.cancel(begun);
    }
  }

  private void begun(String runId) {
    id = runId;
    if (cancelled) {
      client.cancel(runId);
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
